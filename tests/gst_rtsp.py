"""A real RTSP server, GStreamer's: run by the system's Python, which has its bindings; no test in itself.

One argument, JSON, with all of: streams ({path: pipeline}), port, login (user:password or ""), digest, certificate.
It writes its port as a line; a line "cut" on its input ends all connections, the end of the input ends it.
"""

import json
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402 - the versions come first


def main() -> None:
    wanted = json.loads(sys.argv[1])
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(str(wanted["port"]))
    mounts = server.get_mount_points()
    for path, pipeline in wanted["streams"].items():
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch(pipeline)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        if wanted["login"] or wanted["certificate"]:
            factory.set_permissions(permissions)
        mounts.add_factory(path, factory)
    protect(server, wanted["login"], wanted["certificate"], is_digest=wanted["digest"])
    if not server.attach(None):
        sys.exit("no port")
    sys.stdout.write(f"{server.get_bound_port()}\n")
    sys.stdout.flush()
    loop = GLib.MainLoop()
    GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.IOCondition.IN | GLib.IOCondition.HUP, told, server, loop)
    loop.run()


def protect(server: GstRtspServer.RTSPServer, login: str, certificate: str, *, is_digest: bool) -> None:
    if not login and not certificate:
        return
    auth = GstRtspServer.RTSPAuth()
    if certificate:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(certificate))
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if not login:
        auth.set_default_token(token)
    else:
        user, _, password = login.partition(":")
        if is_digest:
            auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
            auth.add_digest(user, password, token)
        else:
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)


def told(channel: GLib.IOChannel, _: object, server: GstRtspServer.RTSPServer, loop: GLib.MainLoop) -> bool:
    line = sys.stdin.readline().strip()
    if line == "cut":
        server.client_filter(lambda *_: GstRtspServer.RTSPFilterResult.REMOVE)
        return True
    loop.quit()
    return False


if __name__ == "__main__":
    main()
