# A cache before imgurl that shows images while the server is away. Goes to /etc/varnish/default.vcl. Varnish speaks no TLS:
# HAProxy, nginx or Hitch stands before it. What differs from imgurl without a front: docs/fronts.md. Start it with
#
#   varnishd -a 127.0.0.1:6081 -f /etc/varnish/default.vcl -s malloc,1g -p backend_idle_timeout=4
#
# backend_idle_timeout is less than IMGURL_IDLE_SECONDS, so that no request is sent on a connection that is being closed.
# Where requests are logged, log the path without the query: in the query are names of recipients and signatures, and no log
# is to have them.
#
#   varnishncsa -F '%h %t "%m %U" %s %b %{Varnish:handling}x'

vcl 4.1;

import blob;
import std;

backend imgurl {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 2s;
    .first_byte_timeout = 60s;
    .between_bytes_timeout = 10s;
    # /readyz says 503 before a server stops (IMGURL_UNREADY_SECONDS).
    .probe = {
        .url = "/readyz";
        .interval = 1s;
        .timeout = 2s;
        .window = 3;
        .threshold = 2;
        .initial = 2;
    }
}

# What ends TLS before Varnish, and may say so.
acl fronts {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    # Nothing that clients say of other proxies is handed on. imgurl reads X-Forwarded-Proto alone, for the Studio.
    unset req.http.Forwarded;
    unset req.http.X-Forwarded-For;
    unset req.http.X-Forwarded-Host;
    if (client.ip !~ fronts) {
        unset req.http.X-Forwarded-Proto;
    }
    if (req.url ~ "^/i/" && (req.method == "GET" || req.method == "HEAD")) {
        # Whoever sends them gets the same image.
        unset req.http.Cookie;
        unset req.http.Authorization;
        # Nobody waits for another's request: imgurl draws a picture once however many ask for it, and what may not be kept
        # would be asked for one by one.
        set req.hash_ignore_busy = true;
        # A copy that is out of date is for when the server is away: mail is read when it is read.
        set req.grace = 7d;
        if (req.restarts == 0 && std.healthy(req.backend_hint)) {
            set req.grace = 0s;
        }
        return (hash);
    }
    # The API and the Studio, where they are wanted from outside: allow whom you know, or leave them out.
    if (req.url ~ "^/(v1/|studio(/|\?|$)|docs$|openapi\.json$|healthz$)" || req.url ~ "^/i/") {
        return (pass);
    }
    # What is left is not for the public: /metrics.
    return (synth(404));
}

sub vcl_hash {
    # The whole target as it came: the signature is over it. Not the host, which nobody signs.
    hash_data(req.url);
    return (lookup);
}

sub vcl_backend_response {
    if (bereq.uncacheable) {
        return (deliver);
    }
    # Not to be put in the place of a copy: vcl_synth asks for that.
    if (beresp.status >= 500) {
        return (abandon);
    }
    # Cache-Control and Expires of imgurl say what may be kept, and for how long; what follows in builtin.vcl obeys them.
    set beresp.grace = 7d;
}

sub vcl_deliver {
    unset resp.http.X-Varnish;
    unset resp.http.Via;
}

# Every error of Varnish's own is a pixel that nobody may keep, with the status as it is: an error page that says nothing about
# it may be kept by mail proxies for weeks.
sub vcl_backend_error {
    if (!bereq.uncacheable) {
        return (abandon);
    }
    set beresp.http.Content-Type = "image/gif";
    set beresp.http.Cache-Control = "no-store";
    set beresp.ttl = 0s;
    set beresp.grace = 0s;
    set beresp.body = blob.decode(HEX, encoded="4749463839610100010080000000000000000021f904010000000" +
        "02c00000000010001000002024401003b");
    return (deliver);
}

sub vcl_synth {
    # The server failed: once more, and now a copy that is out of date will do (vcl_recv).
    if (resp.status == 503 && req.restarts == 0 && req.url ~ "^/i/") {
        return (restart);
    }
    set resp.http.Content-Type = "image/gif";
    set resp.http.Cache-Control = "no-store";
    set resp.body = blob.decode(HEX, encoded="4749463839610100010080000000000000000021f904010000000" +
        "02c00000000010001000002024401003b");
    return (deliver);
}
