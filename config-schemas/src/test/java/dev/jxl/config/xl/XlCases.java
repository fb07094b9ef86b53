package dev.jxl.config.xl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Files to be read by xl and by jxl: each key with many values for each type, corners of the language, mixtures. */
final class XlCases {
    private static final String BASE = "name=\"g\"\nuuid=\"6b29fc40-ca47-1067-b31d-00dd01066200\"\nmemory=64\n";
    /** Corners of the language. */
    private static final List<String> STATEMENTS = List.of(
            "",
            ";",
            ";;\n",
            "\n\n",
            "# c",
            "# c\n",
            "a",
            "a=",
            "a=b",
            "=1",
            "a=1 b=2",
            "a=1;b=2",
            "a=1;",
            "a==1",
            "a=1,",
            "a = [",
            "a=]",
            "a=[1 2]",
            "a=[1,2]",
            "a=[1,2,]",
            "a=[1,,2]",
            "a=[,]",
            "a=[\n1\n,\n2\n]",
            "a=[ # c\n1 ]",
            "a=[1,\n\n2]",
            "a=[[1],[2,[3]]]",
            "a=[[1],]",
            "A=1",
            "a.b_c9=1",
            "_a=1",
            "9a=1",
            "a=-1",
            "a=+1",
            "a=1.5",
            "a=0x1G",
            "a=1a",
            "a='x",
            "a=\"x'\"",
            "a='x\\'y'",
            "a='x\\",
            "a='\\a\\b\\f\\n\\r\\t\\v'",
            "a='\\q'",
            "a='\\x41'",
            "extra='\\101x'",
            "extra='\\12'",
            "extra='\\1 2'",
            "extra='a\\0012b'",
            "extra='\\777'",
            "extra='\\8'",
            "extra='tab\there'",
            "a='x'\r",
            "a=1\r\n",
            "extra='x\ny'",
            "extra = \"a\" ; vcpus = 2",
            "vcpus=2 # two\n",
            "vcpus=2#two\n",
            "vcpus=2#two",
            "extra='#no'",
            "extra+='b'",
            "extra='a'\nextra+='b'",
            "extra='a'\nextra+=['b']",
            "vcpus=1\nvcpus+=2",
            "vcpus+=2",
            "vcpus=1\nvcpus+=2\nvcpus=3",
            "disk=['/a,raw,xvda,w']\ndisk+=['/b,raw,xvdb,w']",
            "disk+=['/a,raw,xvda,w']",
            "disk='x'\ndisk+=['/a,raw,xvda,w']",
            "extra='a'\nextra='b'",
            "memory=32\nmemory=48",
            "cpus='0'\nvcpus=2\ncpus+=',1'",
            "(a)=1",
            "a:1",
            "import os",
            "def f():",
            "if 1:\n",
            "a=\"%s\" % x",
            "a=@",
            "a=$x",
            "a=é",
            "é=1",
            "a\t=\t1",
            "\ta=1",
            "a=1\t",
            "a=\"\"\"x\"\"\"",
            "a='x''y'",
            "a='x' 'y'",
            "a+1",
            "a+ =1",
            "a+=",
            "a=[1]+[2]",
            "a=['x'\n'y']",
            "vcpus='2'",
            "vcpus=\"0x2\"",
            "a=[",
            "a=[1",
            "a=[1,",
            "a=\n1",
            "a\n=1",
            "[a]",
            "a=\\",
            "a=1\\\nb=2",
            "\u0001",
            "a=1\fb=2",
            "vcpus = 2\n\n\n;;\nextra='x'");

    /** Keys that have to do with each other. */
    private static final List<String> PAIRS = List.of(
            "type='pvh'\nbuilder='hvm'",
            "type='hvm'\nbuilder='hvm'",
            "type='pv'\nbuilder='generic'",
            "builder='hvm'\nmemory=1",
            "vcpus=2\nmaxvcpus=4",
            "vcpus=4\nmaxvcpus=2",
            "memory=64\nmaxmem=128",
            "memory=128\nmaxmem=64",
            "maxmem=128",
            "vcpus=2\nmaxvcpus=4\ncpus='1-2'\ncpus_soft=['0','1']",
            "maxvcpus=2\ncpus=['0','1','2']",
            "vcpus=3\ncpus='all,^2'",
            "vcpus=2\ncpus='node:0-1,^node:0'",
            "maxvcpus=3\ncpus=[]",
            "root='/r'\nextra='x'\ncmdline='y'",
            "root='/r'\nextra='x'",
            "seclabel='a'\ninit_seclabel='b'",
            "pci=['01:00.0']\npci_permissive=1\npci_seize=2\npci_msitranslate=1\npci_power_mgmt='x'",
            "pci=['01:00.0']\nrdm='strategy=host'",
            "vnc=1\nvnclisten='1.2.3.4'\nvncdisplay=2\nkeymap='de'\nsdl=1",
            "vnc=1\nvfb=['sdl=1']",
            "vnc=0\nvnclisten='x'",
            "vnc='x'",
            "vkb=['backend-type=qemu']\nvfb=['vnc=1']",
            "vnc=1\nvkb=['backend-type=linux']",
            "maxvcpus=2\nvnuma=[['size=64','vcpus=0-1']]",
            "maxvcpus=3\nvnuma=[['size=64','vcpus=0-1']]",
            "maxmem=64\nvnuma=[['size=64','vcpus=0']]",
            "maxmem=65\nvnuma=[['size=64','vcpus=0']]",
            "vcpus=2\nvnuma=[['size=64','vcpus=0']]",
            "vnuma=[['size=64','vcpus=0-1']]\ncpus=['0','1']",
            "pvshim=1\npvshim_path='/s'\npvshim_cmdline='a'\npvshim_extra='b'",
            "bootloader='pygrub'\nbootloader_args=['-q']",
            "usb=1\nusbversion=2\nusbdevice=['tablet']",
            "device_model_override='/q'\ndevice_model_version='qemu-xen'",
            "vga='qxl'\nspice=1\nspiceport=6000\nspicehost='0.0.0.0'\nspicedisable_ticketing=1",
            "vnclisten='1.2.3.4:5'\nvncdisplay=1",
            "vnclisten='1.2.3.4:5'\nvncdisplay=0",
            "firmware='ovmf'\nbios='seabios'",
            "bios_path_override='/b'\nbios='ovmf'");

    private static final List<String> TYPES = List.of("pv", "pvh", "hvm");
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "7",
            "010",
            "08",
            "0x1F",
            "0x1f",
            "0x",
            "65536",
            "2147483648",
            "4294967295",
            "\"12\"",
            "\" 12\"",
            "\"12 \"",
            "\"+5\"",
            "\"-1\"",
            "\"9223372036854775807\"",
            "\"9223372036854775808\"",
            "\"\"",
            "\"abc\"",
            "[]");
    private static final List<String> TEXTS =
            List.of("\"abc\"", "''", "5", "'a b'", "'é'", "\"q\\\"\\\\\\t'\"", "[\"a\"]");
    private static final List<String> FLAGS =
            List.of("0", "1", "2", "\"1\"", "\"-1\"", "0x0", "\"yes\"", "\"\"", "[1]", "true");
    private static final List<String> LISTS =
            List.of("[]", "[\"a\",'b c']", "[5]", "\"x\"", "[\"a\",[\"b\"],\"c\"]", "[['a']]");
    private static final int MIXTURES = 700;

    private final Map<String, String> cases = new LinkedHashMap<>();
    private final Map<String, List<String>> values;

    private XlCases() throws IOException {
        values = readValues();
    }

    /** All of them by name; always the same. */
    static Map<String, String> all() throws IOException {
        XlCases all = new XlCases();
        all.keys();
        all.language();
        all.mixtures();
        return all.cases;
    }

    private static Map<String, List<String>> readValues() throws IOException {
        Map<String, List<String>> values = new LinkedHashMap<>();
        try (InputStream in = XlCases.class.getResourceAsStream("values.txt")) {
            if (in == null) {
                throw new IOException("the test resource values.txt is not there");
            }
            String key = "";
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.startsWith("  ")) {
                    values.get(key).add(line.substring(2));
                } else if (!line.startsWith("#")) {
                    key = line;
                    values.put(key, new ArrayList<>());
                }
            }
        }
        for (XlSimple.Row row : XlSimple.all()) {
            values.computeIfAbsent(row.key(), k -> new ArrayList<>()).addAll(valuesOf(row));
        }
        return values;
    }

    private static List<String> valuesOf(XlSimple.Row row) {
        return switch (row.kind()) {
            case "text" -> TEXTS;
            case "flag" -> FLAGS;
            case "number", "mib" -> NUMBERS;
            case "texts" -> LISTS;
            default -> words(row.kind().substring("enum:".length()));
        };
    }

    private static List<String> words(String type) {
        List<String> values = new ArrayList<>(List.of("\"\"", "\"zzz\"", "1", "[]"));
        for (String word : new dev.jxl.config.libxl.LibxlTree(dev.jxl.config.XenVersion.USUAL).listWords(type)) {
            values.add("\"" + word + "\"");
            values.add("\"" + word.toUpperCase(java.util.Locale.ROOT) + "\"");
        }
        return values;
    }

    private void add(String name, String text) {
        cases.put(String.format("%05d-%s", cases.size(), name), text);
    }

    private static String base(String type, boolean kernel) {
        return BASE + "type=\"" + type + "\"\n" + (kernel ? "kernel=\"/k\"\n" : "");
    }

    private void keys() {
        for (Map.Entry<String, List<String>> key : values.entrySet()) {
            boolean kernel = !key.getKey().equals("firmware") && !key.getKey().equals("bootloader");
            for (String value : key.getValue()) {
                for (String type : TYPES) {
                    add(key.getKey() + "-" + type, base(type, kernel) + key.getKey() + "=" + value + "\n");
                }
            }
        }
    }

    private void language() {
        for (String statement : STATEMENTS) {
            add("language", BASE + "kernel=\"/k\"\n" + statement);
            add("language", BASE + "kernel=\"/k\"\n" + statement + "\nvcpus=3\n");
        }
        add("nothing", "");
        add("no-name", "kernel=\"/k\"\nuuid=\"6b29fc40-ca47-1067-b31d-00dd01066200\"\n");
        add("no-kernel", BASE);
        add("no-kernel-pvh", base("pvh", false));
        add("bootloader-only", BASE + "bootloader=\"/b\"\n");
        for (String pair : PAIRS) {
            for (String type : TYPES) {
                add("pair-" + type, base(type, true) + pair + "\n");
            }
        }
    }

    private void mixtures() {
        Random random = new Random(20_251_125);
        List<String> keys = new ArrayList<>(values.keySet());
        for (int i = 0; i < MIXTURES; i++) {
            StringBuilder text = new StringBuilder(base(TYPES.get(i % TYPES.size()), random.nextInt(8) > 0));
            for (int n = 2 + random.nextInt(8); n > 0; n--) {
                String key = keys.get(random.nextInt(keys.size()));
                List<String> some = values.get(key);
                String operator = random.nextInt(15) == 0 ? "+=" : "=";
                text.append(key).append(operator).append(some.get(random.nextInt(some.size())));
                text.append(random.nextInt(10) == 0 ? " ; " : "\n");
            }
            add("mixture", text.append('\n').toString());
        }
    }
}
