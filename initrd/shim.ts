/**
 * /init, the first program of a client: it prepares what the compiled binary needs to start, runs the boot, and
 * does the one step that a program cannot do for itself, becoming systemd. It decides nothing: the boot leaves
 * what comes next in /next-init, or what to do about a failure in /rescue. Whatever the binary does, PID 1 is
 * this, so the kernel never panics over it.
 */
export const shim = `#!/bin/sh
export PATH=/bin HOME=/
mount -t proc -o nosuid,nodev,noexec proc /proc
mount -t sysfs -o nosuid,nodev,noexec sys /sys
mount -t devtmpfs -o nosuid dev /dev
# A head start on the modules, on another core, while the binary is starting; ltsp init loads what this leaves.
# bc01 are disks, which a netboot can do without.
cat /sys/bus/*/devices/*/modalias 2>/dev/null | grep -v bc01 | sort -u >/head-start
xargs modprobe -abq </head-start 2>/dev/null &
case "$(cat /proc/cmdline)" in
*=nbd:* | */dev/nbd*) root=nbd ;;
*ltsp.image=http:*) root= ;;
*) root=nfsv4 ;;
esac
grep -q '"verity"' /image.json 2>/dev/null && verity="dm-verity sha256-ssse3"
modprobe -aq $root squashfs overlay loop $verity 2>/dev/null &

# Unless ltsp.conf is very long, it is over before compiling its code to the CPU's would pay.
[ -n "$(find /etc/ltsp/ltsp.conf -size +200k 2>/dev/null)" ] && jit=1 || jit=0
BUN_JSC_useJIT=$jit ltsp init
status=$?
# What the memory of the initramfs is mostly in goes on another core, while systemd is starting.
[ $status = 0 ] && { rm -rf /bin/ltsp /lib/modules & exec switch_root /root "$(cat /next-init)"; }
[ $status = 1 ] || echo "<3>ltsp: the boot program itself broke (status $status). Is runtime.img damaged? On the server: ltsp initrd" >/dev/kmsg

read -r rescue seconds </rescue || rescue=reboot seconds=60
dmesg -n 1
while [ "$rescue" = shell ]; do
	echo "This shell is here because of DEBUG_SHELL. The boot's log: /run/ltsp/boot.log. To start again: reboot -f"
	setsid cttyhack sh
done
read -r now rest </proc/uptime
end=$((\${now%.*} + seconds)) key=
while read -r now rest </proc/uptime && left=$((end - \${now%.*})) && [ $left -gt 0 ]; do
	printf '\\rThis PC starts again in %s seconds; any key stops that. ' $left
	read -rsn 1 -t 1 key && break
done
[ $left -le 0 ] || { printf '\\nStopped. Press Enter to start again. '; read -r key; }
reboot -f
while :; do sleep 60; done
`;
