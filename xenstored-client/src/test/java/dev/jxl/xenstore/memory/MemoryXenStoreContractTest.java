package dev.jxl.xenstore.memory;

import dev.jxl.xenstore.XenStore;
import dev.jxl.xenstore.XenStoreContract;

class MemoryXenStoreContractTest extends XenStoreContract {
    private final MemoryXenStore shared = new MemoryXenStore();

    @Override
    public XenStore connect() {
        return shared.asDomain(0);
    }
}
