import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.opensearch.Version;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/**
 * OpenSearch nodes for tests, in one process: NodeMain class,class,… home home ….
 *
 * <p>The first argument names the plug-ins by class, all on the class path; every other one is the home folder
 * of a node, which has config/opensearch.yml in it. One home gives a process to be killed, several give a whole
 * cluster that starts sooner. No security, no bootstrap checks: for the loopback interface only. Ends at SIGTERM,
 * and when standard input ends, so that no node outlives a test run that was killed.
 */
public final class NodeMain {
    private static final class EmbeddedNode extends Node {
        // Version 2 wants a collection of classes here, version 3 of descriptions: the raw type is both.
        @SuppressWarnings({"rawtypes", "unchecked"})
        EmbeddedNode(Environment environment, Collection plugins) {
            super(environment, plugins, true);
        }

        @Override
        protected void configureNodeAndClusterIdStateListener(ClusterService clusterService) {
            // The ids of node and cluster in log lines can be set once per process, and there may be more nodes.
        }
    }

    public static void main(String[] arguments) throws Exception {
        List<Object> plugins = new ArrayList<>();
        for (String name : arguments[0].split(",")) {
            plugins.add(Version.CURRENT.major < 3 ? Class.forName(name) : onTheClassPath(name));
        }
        List<Node> nodes = new ArrayList<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(nodes)));
        try {
            for (String home : Arrays.asList(arguments).subList(1, arguments.length)) {
                Node node = new EmbeddedNode(environment(Path.of(home)), plugins);
                nodes.add(node);
                node.start();
            }
        } catch (Exception failure) {
            failure.printStackTrace();
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                System.err.println(cause); // The reasons once more, where whoever shows the end of the log finds them.
            }
            Runtime.getRuntime().halt(1);
        }
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }

    private static Environment environment(Path home) {
        Settings settings = Settings.builder().put("path.home", home).build();
        Path config = home.resolve("config");
        return InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), config, () -> home.getFileName().toString());
    }

    private static PluginInfo onTheClassPath(String name) {
        String java = Integer.toString(Runtime.version().feature());
        return new PluginInfo(name, "on the class path", "1", Version.CURRENT, java, name, List.of(), false);
    }

    private static void close(List<Node> nodes) {
        for (Node node : nodes) {
            try {
                node.close();
                node.awaitClose(10, TimeUnit.SECONDS);
            } catch (IOException | InterruptedException failure) {
                failure.printStackTrace();
            }
        }
    }
}
