import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code LazyBounds FOLDER}: rewrites jackson-core's classes in FOLDER, which is on the class path too, so that its parsers
 * make their four BigDecimal bounds (BD_MIN_INT and so on) where a decimal number is compared with them, not when the first
 * parser is made. The JDK's BigDecimal computes powers up to 5^65536 when it is first used, and that took more of a jxl
 * command than picocli and jackson-core together. Fails when the classes do not look as expected.
 */
final class LazyBounds {
    private static final ClassDesc DECIMAL = ClassDesc.of("java.math.BigDecimal");
    private static final ClassDesc INTEGER = ClassDesc.of("java.math.BigInteger");
    private static int initialisers;
    private static int uses;

    private LazyBounds() {}

    public static void main(String[] args) throws IOException {
        rewrite(Path.of(args[0], "com/fasterxml/jackson/core/base/ParserMinimalBase.class"));
        rewrite(Path.of(args[0], "com/fasterxml/jackson/core/base/ParserBase.class"));
        if (initialisers != 4 || uses != 4) {
            throw new IllegalStateException("jackson-core is not as LazyBounds expects it: " + initialisers
                    + " bounds initialised and " + uses + " used, 4 each were expected");
        }
    }

    private static void rewrite(Path path) throws IOException {
        ClassFile files = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(ClassLoader.getSystemClassLoader())));
        Files.write(path, files.transformClass(files.parse(path), (builder, element) -> {
            if (element instanceof MethodModel method) {
                boolean initialiser = method.methodName().equalsString("<clinit>");
                builder.transformMethod(
                        method,
                        MethodTransform.transformingCode(
                                initialiser ? CodeTransform.ofStateful(Initialiser::new) : LazyBounds::use));
            } else {
                builder.with(element);
            }
        }));
    }

    /** Leaves out all from {@code new BigDecimal} to the store into a bound. */
    private static final class Initialiser implements CodeTransform {
        private boolean inside;

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            inside |= element instanceof NewObjectInstruction made && made.className().asSymbol().equals(DECIMAL);
            if (!inside) {
                code.with(element);
            } else if (element instanceof FieldInstruction field && field.opcode() == Opcode.PUTSTATIC) {
                initialisers++;
                inside = false;
            }
        }
    }

    /** A bound is made from the BigInteger of the same name. */
    private static void use(CodeBuilder code, CodeElement element) {
        if (element instanceof FieldInstruction field
                && field.opcode() == Opcode.GETSTATIC
                && field.name().stringValue().startsWith("BD_M")) {
            uses++;
            code.new_(DECIMAL)
                    .dup()
                    .getstatic(field.owner().asSymbol(), field.name().stringValue().replace("BD_", "BI_"), INTEGER)
                    .invokespecial(DECIMAL, "<init>", MethodTypeDesc.of(ConstantDescs.CD_void, INTEGER));
        } else {
            code.with(element);
        }
    }
}
