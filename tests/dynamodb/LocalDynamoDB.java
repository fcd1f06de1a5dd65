import java.lang.reflect.Field;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/** DynamoDB Local on 127.0.0.1 only: it has no flag for that, and a test opens no port to others. */
class LocalDynamoDB {
    public static void main(String[] arguments) throws Exception {
        DynamoDBProxyServer runner = ServerRunner.createServerFromCommandLineArgs(arguments);
        Field field = DynamoDBProxyServer.class.getDeclaredField("server");
        field.setAccessible(true);
        for (Connector connector : ((Server) field.get(runner)).getConnectors()) {
            ((ServerConnector) connector).setHost("127.0.0.1");
        }
        runner.start();
        runner.join();
    }
}
