import { existsSync } from "node:fs";
import type { Client } from "../facts.ts";
import { writeText } from "../files.ts";
import type { Entry } from "../ini.ts";

const name = "ltsp-autologin";
const program = `/usr/lib/ltsp/${name}`;
/** Debian's and its derivatives' base system has it. */
const perl = "/usr/bin/perl";

/**
 * A greeter that shows nothing and starts AUTOLOGIN's session at once, at the start and after each logout; none if
 * the image cannot run it. The usual greeters do so after their autologin-user-timeout, which takes their start
 * on top, and on slow PCs they sometimes stop half-way (github.com/canonical/lightdm/issues/97).
 */
export function greeterForAutologin({ root }: Client, group: string, user: string): Entry[] {
  if (!existsSync(`${root}${perl}`)) return [];
  writeText(`${root}${program}`, script, 0o755);
  const desktop = ["[Desktop Entry]", "Type=Application", "Name=AUTOLOGIN", `Exec=${program} ${user}`];
  writeText(`${root}/usr/share/xgreeters/${name}.desktop`, `${desktop.join("\n")}\n`);
  return [{ group, key: "greeter-session", value: name }];
}

/** Speaks with lightdm as liblightdm does: messages of a number, a length and a body, all numbers of 32 bits. */
const script = `#!${perl}
# Written by ltsp at boot for AUTOLOGIN with RELOGIN=1: lightdm's greeter that logs in the user it is called with.
use strict;
use warnings;

my ($user) = @ARGV;
my %to_lightdm = (connect => 0, authenticate => 1, start_session => 4);
my %from_lightdm = (end_authentication => 2, session_result => 3);
open(my $to, ">&=", $ENV{LIGHTDM_TO_SERVER_FD}) or die "lightdm does not listen: $!\\n";
open(my $from, "<&=", $ENV{LIGHTDM_FROM_SERVER_FD}) or die "lightdm does not answer: $!\\n";

sub text { return pack("N/a*", shift) }

sub tell_lightdm {
  my ($message, $body) = @_;
  syswrite($to, pack("NN", $to_lightdm{$message}, length $body) . $body);
}

sub receive {
  my ($length, $data) = (shift, "");
  while (length $data < $length) {
    sysread($from, $data, $length - length $data, length $data) or exit 0;
  }
  return $data;
}

# A version, not to be reused when the seat is locked, and the version of these messages.
tell_lightdm("connect", text("1.26.0") . pack("NN", 0, 1));
tell_lightdm("authenticate", pack("N", 1) . text($user));
while (1) {
  my ($message, $length) = unpack("NN", receive(8));
  my $body = receive($length);
  next unless grep { $_ == $message } values %from_lightdm;
  my $failed = unpack("N", substr($body, -4));
  if ($failed) {
    warn "$user cannot be logged in; again in 5 seconds\\n";
    sleep 5;
    tell_lightdm("authenticate", pack("N", 1) . text($user));
  } elsif ($message == $from_lightdm{end_authentication}) {
    tell_lightdm("start_session", text(""));
  }
}
`;
