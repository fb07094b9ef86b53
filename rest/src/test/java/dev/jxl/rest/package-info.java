/** Tests of the HTTP API against a toolstack written by hand. */
package dev.jxl.rest;
