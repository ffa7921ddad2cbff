import type { DebianClient } from "./root.ts";

/**
 * The boot's card with an address, and a second one that is new. systemd's and NetworkManager's daemons wait for udev
 * to announce cards only where /sys can be written.
 */
const cards = `
mount -t sysfs -o ro sysfs /sys
ip link set lo up
ip link add eth0 address 52:54:00:67:00:01 type veth peer name peer0
ip link add eth1 type veth peer name peer1
ip address add 192.168.67.20/24 dev eth0
ip link set eth0 up; ip link set peer0 up; ip link set peer1 up
mkdir -p /run/dbus && dbus-daemon --system --fork --nopidfile
await() { for i in $(seq 100); do eval "$1" >/dev/null 2>&1 && return; sleep .1; done; echo "never: $1"; return 1; }
`;

/**
 * What a shell script of the root writes, run where the client has a network of its own, a system bus, and `await
 * CONDITION`. What it starts in the background ends with it.
 */
export function askInNetwork(client: DebianClient, script: string): string {
  // networkctl thinks that nothing can run in a chroot.
  const environment = ["env", "SYSTEMD_IGNORE_CHROOT=1"];
  return client.ask("unshare", "--net", "--mount", ...environment, "sh", "-ec", `${cards}\n${script}`);
}
