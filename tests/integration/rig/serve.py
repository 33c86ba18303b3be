#!/usr/bin/python3
"""An RTSP server for tests: loops clips without encoding them, ends with its parent.

Takes one argument, JSON: {"port": 0 for any, "auth": null or {"kind": "basic" or "digest", "user",
"password"}, "mounts": [{"name", "clips": [Annex B files with access unit delimiters, one behind the
other], "fps", "sound": whether sound comes with it}], "folder": an empty one to work in}. A mount without
clips holds only sound. Says "ready PORT" on standard output once it listens.
"""
import ctypes
import json
import os
import signal
import sys

ctypes.CDLL("libc.so.6").prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
if os.getppid() == 1:
    sys.exit(1)

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

Gst.init(None)
wish = json.loads(sys.argv[1])
DELIMITER = {"h264": b"\0\0\0\1\x09", "h265": b"\0\0\0\1\x46\x01"}
SOUND = "audiotestsrc is-live=true wave=silence ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay"


def split(mount):
    """Writes each access unit into a file of its own; where, and in which codec."""
    where = os.path.join(wish["folder"], mount["name"])
    os.mkdir(where)
    codec = "h265" if mount["clips"][0].endswith(".h265") else "h264"
    count = 0
    for clip in mount["clips"]:
        with open(clip, "rb") as file:
            units = file.read().split(DELIMITER[codec])
        for unit in units[1:]:
            with open(os.path.join(where, "%06d" % count), "wb") as file:
                file.write(DELIMITER[codec] + unit)
            count += 1
    return where, codec


def stamp(_pad, info):
    """The parser gives decoding times alone; without B-frames they are the times of showing."""
    buffer = info.get_buffer()
    buffer.pts = buffer.dts
    return Gst.PadProbeReturn.OK


class Factory(GstRtspServer.RTSPMediaFactory):
    """One mount; all who watch it see the same moment."""

    def __init__(self, mount):
        super().__init__()
        self.mount = mount
        self.units = split(mount) if mount["clips"] else None
        self.set_shared(True)

    def do_gen_key(self, url):
        """Those who come through a proxy see the same moment, too."""
        return url.abspath

    def do_create_element(self, _url):
        if not self.units:
            return Gst.parse_launch(f"( {SOUND} name=pay0 )")
        where, codec = self.units
        number = {"h264": 264, "h265": 265}[codec]
        sound = f"{SOUND} name=pay1 pt=0" if self.mount.get("sound") else ""
        bin = Gst.parse_launch(
            f"( multifilesrc location={where}/%06d index=0 start-index=0 loop=true "
            f'caps="video/x-{codec},stream-format=byte-stream,alignment=au,framerate={self.mount["fps"]}/1" '
            f"! h{number}parse name=parse config-interval=-1 ! rtph{number}pay name=pay0 pt=96 {sound} )"
        )
        parse = bin.get_by_name("parse").get_static_pad("src")
        parse.add_probe(Gst.PadProbeType.BUFFER, stamp)
        return bin


server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(str(wish["port"]))
auth = wish.get("auth")
if auth:
    guard = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    if auth["kind"] == "digest":
        guard.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        guard.add_digest(auth["user"], auth["password"], token)
    else:
        basic = GstRtspServer.RTSPAuth.make_basic(auth["user"], auth["password"])
        guard.add_basic(basic, token)
    server.set_auth(guard)
for mount in wish["mounts"]:
    factory = Factory(mount)
    if auth:
        rights = GstRtspServer.RTSPPermissions()
        for right in ("media.factory.access", "media.factory.construct"):
            rights.add_permission_for_role("viewer", right, True)
        factory.set_permissions(rights)
    server.get_mount_points().add_factory("/" + mount["name"], factory)
server.attach(None)
print("ready", server.get_bound_port(), flush=True)
GLib.MainLoop().run()
