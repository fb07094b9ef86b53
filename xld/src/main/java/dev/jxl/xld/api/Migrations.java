package dev.jxl.xld.api;

import java.util.List;

/** Guests that went from one jxld to another, and the word of somebody who knows more than both. */
public interface Migrations {
    /** The newest ones, newest first. */
    List<MigrationView> list();

    /**
     * One.
     *
     * @throws ToolstackException.OperationNotFound when it is not known
     */
    MigrationView require(String id);

    /**
     * Decides for a sender whose receiver does not answer and never will. What is decided wrongly runs twice, or nowhere.
     *
     * @param here whether the guest goes on here; otherwise what is left of it here is destroyed
     * @throws ToolstackException.WrongState when nothing is to be decided
     */
    MigrationView resolve(String id, boolean here);
}
