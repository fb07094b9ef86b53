package dev.jxl.xenstore.memory;

import dev.jxl.xenstore.Permission;
import dev.jxl.xenstore.Permission.Access;
import java.util.List;

/**
 * Who asks, and so what may be done.
 *
 * @param domid the domain; 0 may do everything
 * @param targetDomid the domain it acts for (a stub domain's guest), or its own
 * @source tools/xenstored/core.c: perm_for_conn
 */
record Caller(int domid, int targetDomid) {
    boolean isPrivileged() {
        return domid == 0;
    }

    private boolean is(int other) {
        return other == domid || other == targetDomid;
    }

    boolean owns(List<Permission> permissions) {
        return isPrivileged() || is(permissions.getFirst().domid());
    }

    boolean mayRead(List<Permission> permissions) {
        Access access = access(permissions);
        return access == Access.READ || access == Access.BOTH;
    }

    boolean mayWrite(List<Permission> permissions) {
        Access access = access(permissions);
        return access == Access.WRITE || access == Access.BOTH;
    }

    private Access access(List<Permission> permissions) {
        if (owns(permissions)) {
            return Access.BOTH;
        }
        for (Permission entry : permissions.subList(1, permissions.size())) {
            if (is(entry.domid())) {
                return entry.access();
            }
        }
        return permissions.getFirst().access();
    }
}
