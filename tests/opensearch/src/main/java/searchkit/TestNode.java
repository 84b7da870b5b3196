package searchkit;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.analysis.common.CommonAnalysisPlugin;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.reindex.ReindexPlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.painless.PainlessPlugin;
import org.opensearch.transport.Netty4Plugin;

/** One OpenSearch node in a process of its own, which ends when its standard input does. */
public final class TestNode extends Node {

    private TestNode(Settings settings) {
        super(
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node"),
            List.of(
                Netty4Plugin.class,
                CommonAnalysisPlugin.class,
                ReindexPlugin.class,
                PainlessPlugin.class
            ),
            true
        );
    }

    /** Takes one argument: the file that holds the node's settings, JSON or YAML. */
    public static void main(String[] arguments) throws Exception {
        TestNode node = new TestNode(Settings.builder().loadFromPath(Path.of(arguments[0])).build());
        node.start();
        // Whoever started this process may die of anything: then nothing must be left behind.
        while (System.in.read() >= 0) {}
        node.close();
        System.exit(0);
    }
}
