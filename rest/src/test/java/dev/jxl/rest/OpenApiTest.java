package dev.jxl.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jxl.config.SpecProblem;
import dev.jxl.xld.api.ConsoleView;
import dev.jxl.xld.api.CpuPoolView;
import dev.jxl.xld.api.Definition;
import dev.jxl.xld.api.DeviceView;
import dev.jxl.xld.api.Diagnosis;
import dev.jxl.xld.api.DomainConfigView;
import dev.jxl.xld.api.DomainEvent;
import dev.jxl.xld.api.DomainView;
import dev.jxl.xld.api.DriverDomainView;
import dev.jxl.xld.api.Finding;
import dev.jxl.xld.api.Health;
import dev.jxl.xld.api.HostInfo;
import dev.jxl.xld.api.MemoryView;
import dev.jxl.xld.api.MigrationView;
import dev.jxl.xld.api.NumaView;
import dev.jxl.xld.api.OperationView;
import dev.jxl.xld.api.PciDeviceView;
import dev.jxl.xld.api.PlanView;
import dev.jxl.xld.api.ScreenView;
import dev.jxl.xld.api.ShareView;
import dev.jxl.xld.api.UptimeView;
import dev.jxl.xld.api.VcpuView;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private static final List<Class<? extends Record>> VIEWS = List.of(
            DomainView.class,
            DomainView.Restarts.class,
            DomainConfigView.class,
            ConsoleView.class,
            DeviceView.class,
            ScreenView.class,
            Definition.class,
            OperationView.class,
            MigrationView.class,
            OperationView.Failure.class,
            SpecProblem.class,
            PlanView.class,
            Health.class,
            DomainEvent.class,
            HostInfo.class,
            VcpuView.class,
            MemoryView.class,
            ShareView.class,
            ShareView.VcpuShareView.class,
            CpuPoolView.class,
            NumaView.class,
            NumaView.CpuPlace.class,
            NumaView.NodeView.class,
            NumaView.DevicePlace.class,
            UptimeView.class,
            PciDeviceView.class,
            DriverDomainView.class,
            DriverDomainView.ServedDevice.class,
            DriverDomainView.OutageView.class,
            DriverDomainView.Tally.class,
            Diagnosis.class,
            Diagnosis.Repair.class,
            Finding.class,
            Problem.class);
    private static OpenAPI document;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream in = HttpFrontend.class.getResourceAsStream("openapi.yaml")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            ParseOptions options = new ParseOptions();
            options.setResolve(true);
            SwaggerParseResult result = new OpenAPIV3Parser().readContents(text, null, options);
            assertThat(result.getMessages()).isEmpty();
            document = result.getOpenAPI();
        }
    }

    @Test
    void routesAndTheirQueries_areThoseOfTheDocument() {
        FakeToolstack toolstack = new FakeToolstack();
        Map<String, Set<String>> served = new HashMap<>();
        for (Route route : new Api(toolstack, new EventStream(toolstack)).routes()) {
            served.put(route.method() + " " + route.path(), route.query());
        }
        Map<String, Set<String>> described = new HashMap<>();
        document.getPaths()
                .forEach((path, item) -> item.readOperationsMap()
                        .forEach((method, operation) -> described.put(describe(method, path), queries(operation))));
        assertThat(served).isEqualTo(described);
    }

    private static String describe(PathItem.HttpMethod method, String path) {
        return method + " " + path;
    }

    private static Set<String> queries(Operation operation) {
        if (operation.getParameters() == null) {
            return Set.of();
        }
        return operation.getParameters().stream()
                .map(OpenApiTest::resolved)
                .filter(parameter -> "query".equals(parameter.getIn()))
                .map(Parameter::getName)
                .collect(Collectors.toSet());
    }

    private static Parameter resolved(Parameter parameter) {
        String reference = parameter.get$ref();
        return reference == null
                ? parameter
                : document.getComponents().getParameters().get(reference.substring(reference.lastIndexOf('/') + 1));
    }

    @Test
    void viewsAndSchemas_haveTheSameFields() {
        Set<String> schemas =
                new HashSet<>(document.getComponents().getSchemas().keySet());
        for (Class<? extends Record> view : VIEWS) {
            Schema<?> schema = document.getComponents().getSchemas().get(view.getSimpleName());
            assertThat(schema).as(view.getSimpleName()).isNotNull();
            RecordComponent[] components = view.getRecordComponents();
            assertThat(schema.getProperties().keySet())
                    .as(view.getSimpleName())
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(components)
                            .map(RecordComponent::getName)
                            .toList());
            assertThat(schema.getRequired())
                    .as(view.getSimpleName() + "'s required fields")
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(components)
                            .filter(component -> component.getType() != Optional.class)
                            .map(RecordComponent::getName)
                            .toList());
            schemas.remove(view.getSimpleName());
        }
        assertThat(schemas).isEmpty();
    }
}
