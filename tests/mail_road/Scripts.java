import java.io.*;
import java.util.*;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.tools.generic.EscapeTool;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Runs a Velocity script, the argument, for each first name on a line of standard input; prints what it makes, a line each. */
public final class Scripts {
    public static void main(String[] arguments) throws Exception {
        var velocity = new VelocityEngine();
        velocity.setProperty("runtime.log.logsystem.class", "org.apache.velocity.runtime.log.NullLogChute");
        velocity.init();
        var output = new PrintStream(System.out, true, UTF_8);
        for (String name : new String(System.in.readAllBytes(), UTF_8).split("\n", -1)) {
            var context = new VelocityContext();
            context.put("esc", new EscapeTool());
            context.put("lead", Map.of("FirstName", name));
            var made = new StringWriter();
            velocity.evaluate(context, made, "script", arguments[0]);
            output.print(made + "\n");
        }
    }
}
