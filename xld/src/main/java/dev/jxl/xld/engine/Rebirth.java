package dev.jxl.xld.engine;

import dev.jxl.config.DomainId;

/**
 * What is different when a domain is made again for those that know it by its number.
 *
 * @param domid the number that it had
 * @param beforeItRuns what is done for them when it is complete and does not run yet
 */
record Rebirth(DomainId domid, Runnable beforeItRuns) {}
