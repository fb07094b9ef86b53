package dev.jxl.xenstore;

/** The store as one transaction sees it. Usable only inside {@link XenStore#transaction}. */
public interface Transaction extends StoreAccess {}
