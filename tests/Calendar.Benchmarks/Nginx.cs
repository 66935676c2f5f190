using System.Globalization;

namespace Calendar.Benchmarks;

/// <summary>
/// nginx serving files, for comparison: two workers, sendfile, files compressed beforehand. A folder, a configuration and a port of its own;
/// nothing of the machine's nginx is touched, and no root is needed.
/// </summary>
internal static class Nginx
{
    /// <summary>The program; null where there is none.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable("PATH")!.Split(':').Concat(["/usr/sbin", "/usr/local/sbin"])
        .Select(folder => Path.Combine(folder, "nginx")).FirstOrDefault(File.Exists);

    /// <param name="bodies">Its files are served by their names; beside <c>x</c>, <c>x.gz</c> holds it compressed.</param>
    /// <param name="folder">For what it writes.</param>
    /// <param name="probe">The name of a file.</param>
    public static Task<ServerProcess> ServeAsync(string bodies, string folder, string probe, CancellationToken ct) =>
        ServerProcess.StartAsync(Program!, url => Arguments(url, bodies, folder), "/" + probe, [], ct);

    private static string[] Arguments(Uri url, string bodies, string folder)
    {
        // As root its workers would be another user, who may not read the folder.
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        var file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $$"""
            {{user}}
            worker_processes 2;
            daemon off;
            pid {{folder}}/nginx.pid;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              gzip_static on;
              keepalive_requests 1000000000;
              default_type "text/calendar; charset=utf-8";
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              server {
                listen 127.0.0.1:{{url.Port}};
                root {{bodies}};
                add_header Cache-Control "max-age=3600, stale-if-error=604800";
                add_header Vary Accept-Encoding;
              }
            }
            """));
        return ["-e", "stderr", "-p", folder, "-c", file];
    }
}
