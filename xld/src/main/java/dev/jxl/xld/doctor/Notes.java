package dev.jxl.xld.doctor;

import dev.jxl.xld.api.Finding.Severity;
import dev.jxl.xld.host.Host;
import dev.jxl.xld.host.HostFiles.Noted;
import java.util.List;

/** xl's notes, in {@code /var/lib/xen}, about domains that are gone. */
record Notes(Host host, Surroundings around) implements Check {
    private static final String CODE = "notes-without-domain";

    @Override
    public String words() {
        return "notes about domains that are gone";
    }

    @Override
    public List<Trouble> look() {
        List<Noted> noted = host.files().listUserdata();
        Present present = Present.now(host, around);
        return noted.stream()
                .filter(note -> !(present.has(note.uuid()) && present.has(note.domain())))
                .map(note -> trouble(note, present.has(note.domain())))
                .toList();
    }

    private Trouble trouble(Noted note, boolean numberIsInUse) {
        String object = "/var/lib/xen/userdata-d." + note.domain() + "." + note.uuid();
        String meaning = "these are xl's and jxl's notes about a domain that is gone";
        if (numberIsInUse) {
            return Trouble.told(
                    CODE,
                    Severity.NOTE,
                    object,
                    meaning + "; another domain has its number now",
                    "nobody reads them; the files whose names begin so may be removed when domain " + note.domain()
                            + " is the only one of that number");
        }
        return Trouble.leftover(
                CODE,
                object,
                meaning,
                Present.whileGone(
                        host,
                        around,
                        note.domain(),
                        () -> host.files().removeUserdata(note.domain(), note.uuid()),
                        "they were removed"));
    }
}
