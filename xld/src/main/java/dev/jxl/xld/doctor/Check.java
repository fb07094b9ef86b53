package dev.jxl.xld.doctor;

import java.util.List;

/** One thing that is looked for. It only reads. */
interface Check {
    /** What is looked for, as half a sentence: loop devices. */
    String words();

    /** Looks. */
    List<Trouble> look();
}
