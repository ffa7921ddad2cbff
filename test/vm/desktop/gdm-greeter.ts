/**
 * gdm3's greeter is GNOME's shell, half a gigabyte that the images have not. This one stands in for it: it asks gdm3
 * whom to log in when nobody touches anything, and has gdm3 do so, by D-Bus as GNOME's does; but it shows nothing.
 */
const greeter = `#!/usr/bin/python3
import time
from gi.repository import Gio, GLib

NAME = "org.gnome.DisplayManager"
bus = Gio.bus_get_sync(Gio.BusType.SYSTEM)
manager = ["/org/gnome/DisplayManager/Manager", NAME + ".Manager"]
(address,) = bus.call_sync(NAME, *manager, "OpenSession", None, None, 0, -1, None)
gdm = Gio.DBusConnection.new_for_address_sync(address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT, None, None)
session = ["/org/gnome/DisplayManager/Session", NAME + ".Greeter"]

def ask(method, types, *values):
    return gdm.call_sync(None, *session, method, GLib.Variant(types, values), None, 0, -1, None)

def opened(_connection, _sender, _path, _interface, _signal, values):
    ask("StartSessionWhenReady", "(sb)", values[0], True)

gdm.signal_subscribe(None, session[1], "SessionOpened", session[0], None, 0, opened)
enabled, user, delay = ask("GetTimedLoginDetails", "()")
if enabled:
    time.sleep(delay)
    ask("BeginAutoLogin", "(s)", user)
GLib.MainLoop().run()
`;

/** A section of ltsp.conf, for a hook to run: the client has gdm3 for its display manager, with that greeter. */
export const gdmSection = `
[gdm]
echo /usr/sbin/gdm3 >/etc/X11/default-display-manager
ln -sf /lib/systemd/system/gdm.service /etc/systemd/system/display-manager.service
cat >/usr/local/bin/gnome-session <<'EOF'
${greeter}EOF
chmod 755 /usr/local/bin/gnome-session
`;
