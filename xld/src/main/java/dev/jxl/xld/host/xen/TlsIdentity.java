package dev.jxl.xld.host.xen;

import dev.jxl.xld.api.ToolstackException.HostUnsupported;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Who this host is to others, and whom it believes: files in PEM in one folder. {@code key.pem} is the private key (PKCS#8, not encrypted),
 * {@code cert.pem} the certificate and those between it and the authority, {@code ca.pem} the authorities that are believed, and
 * {@code peers}, where there is one, the names of the hosts that may call, one a line. They are read for each connection, so that new ones
 * need no restart.
 *
 * @param context with all that
 * @param peers names that may call; empty: all whom an authority vouches for
 */
record TlsIdentity(SSLContext context, Set<String> peers) {
    private static final int LONGEST = 1 << 20;
    private static final int DNS_NAME = 2;
    private static final int ADDRESS = 7;
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,+]+)");
    private static final char[] NO_PASSWORD = new char[0];

    /**
     * Reads it.
     *
     * @throws HostUnsupported with what is missing or wrong
     */
    static TlsIdentity read(Path folder) {
        Path keyFile = folder.resolve("key.pem");
        byte[] key = bytes(keyFile);
        requireSecret(keyFile);
        List<X509Certificate> chain = certificates(folder.resolve("cert.pem"));
        List<X509Certificate> authorities = certificates(folder.resolve("ca.pem"));
        try {
            KeyStore own = empty();
            own.setKeyEntry(
                    "jxld", key(keyFile, key, chain.getFirst()), NO_PASSWORD, chain.toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            KeyStore trusted = empty();
            for (int i = 0; i < authorities.size(); i++) {
                trusted.setCertificateEntry("ca" + i, authorities.get(i));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return new TlsIdentity(context, peers(folder.resolve("peers")));
        } catch (GeneralSecurityException | IOException e) {
            throw wrong(folder, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The name of whoever shows a certificate: the first of a host in it.
     *
     * @throws CertificateException when it has none, or none that may call
     */
    String nameOf(X509Certificate certificate) throws CertificateException {
        List<String> names = names(certificate);
        if (names.isEmpty()) {
            throw new CertificateException("its certificate has no name in it");
        }
        return names.stream()
                .filter(name -> peers.isEmpty() || peers.contains(name))
                .findFirst()
                .orElseThrow(() -> new CertificateException(
                        "'" + String.join("', '", names) + "' is not among those that 'peers' lets call"));
    }

    private static List<String> names(X509Certificate certificate) throws CertificateException {
        List<String> names = new ArrayList<>();
        Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> name : alternatives) {
                if (name.getFirst() instanceof Integer kind
                        && (kind == DNS_NAME || kind == ADDRESS)
                        && name.getLast() instanceof String text) {
                    names.add(text);
                }
            }
        }
        Matcher common =
                COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
        if (names.isEmpty() && common.find()) {
            names.add(common.group(1));
        }
        return names;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static PrivateKey key(Path file, byte[] pem, X509Certificate certificate) {
        Matcher matcher = KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
        if (!matcher.find()) {
            throw wrong(
                    file,
                    "it has no '-----BEGIN PRIVATE KEY-----' (PKCS#8 without a password; 'openssl pkey' makes it)",
                    null);
        }
        try {
            return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(
                            Base64.getMimeDecoder().decode(matcher.group(1).strip())));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw wrong(file, "it is not the key of cert.pem: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> certificates(Path file) {
        try {
            List<X509Certificate> all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes(file)))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (all.isEmpty()) {
                throw wrong(file, "it has no certificate", null);
            }
            return all;
        } catch (CertificateException e) {
            throw wrong(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static Set<String> peers(Path file) {
        if (!Files.exists(file)) {
            return Set.of();
        }
        Set<String> names = new String(bytes(file), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        if (names.isEmpty()) {
            throw wrong(file, "it names nobody: remove it to let all call whom ca.pem vouches for", null);
        }
        return names;
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw wrong(file, "it is too long", null);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new HostUnsupported("jxld cannot speak to the jxld of other hosts: " + file
                    + (Files.exists(file) ? " cannot be read (" + e.getMessage() + ")" : " does not exist")
                    + "; docs/migration.md tells how such files are made");
        }
    }

    private static void requireSecret(Path key) {
        try {
            if (Files.getPosixFilePermissions(key).contains(PosixFilePermission.OTHERS_READ)) {
                throw wrong(key, "everybody can read it: 'chmod 600 " + key + "'", null);
            }
        } catch (IOException e) {
            throw wrong(key, String.valueOf(e.getMessage()), e);
        }
    }

    private static HostUnsupported wrong(Path file, String why, @Nullable Exception cause) {
        HostUnsupported refused = new HostUnsupported(
                "jxld cannot speak to the jxld of other hosts: " + file + " cannot be used: " + why);
        if (cause != null) {
            refused.initCause(cause);
        }
        return refused;
    }
}
