package dev.jxl.config.xl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jxl.config.DomainSpec;
import dev.jxl.config.SpecReading;
import dev.jxl.config.XenVersion;
import dev.jxl.config.json.DomainSpecJson;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What one form says, the others say, too. */
class RoundTripTest {
    private static final HostCpus HOST = HostCpus.of(16, 8);

    @Test
    void aSpecification_isTheSameAfterEachForm() throws IOException {
        int tried = 0;
        for (Map.Entry<String, String> odd : XlCases.all().entrySet()) {
            SpecReading reading = XlCfg.readAny(odd.getValue(), List.of(), XenVersion.USUAL, HOST, Optional.empty());
            if (reading.spec().isEmpty()) {
                continue;
            }
            tried++;
            DomainSpec spec = reading.spec().get().toBuilder()
                    .sourceText(Optional.empty())
                    .build();
            assertEquals(
                    Optional.of(spec),
                    DomainSpecJson.read(DomainSpecJson.write(spec)).spec(),
                    odd.getValue());
        }
        assertTrue(tried > 1000);
    }
}
