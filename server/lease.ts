import { Failure } from "../conf/failure.ts";
import { run } from "./run.ts";

/**
 * The kernel grants a write lease on a file (fcntl(2), F_SETLEASE) only while nobody else has it open: no process of any
 * container, no NFS server and no loop device. EAGAIN says that somebody has. It is given back at once; who opens the file meanwhile asks for it by SIGIO.
 */
const asker = `
use strict;
use Fcntl qw(F_SETLEASE F_WRLCK F_UNLCK);
use Errno qw(EAGAIN);
my $asked_back = 0;
$SIG{IO} = sub { $asked_back = 1 };
for my $path (@ARGV) {
  my $answer = "unknown";
  if (open(my $file, "<", $path)) {
    if (fcntl($file, F_SETLEASE, F_WRLCK)) { fcntl($file, F_SETLEASE, F_UNLCK); $answer = $asked_back ? "open" : "closed" }
    elsif ($! == EAGAIN) { $answer = "open" }
  }
  print "$answer\\n";
}
`;

/**
 * Whether each of these files is open anywhere on this machine, in their order; "unknown" where their file system has no
 * leases (a network's), or there is no perl.
 */
export async function openOrNot(paths: readonly string[]): Promise<("open" | "closed" | "unknown")[]> {
  try {
    const answers = (await run("perl", ["-e", asker, "--", ...paths])).split("\n");
    return paths.map((_, index) => {
      const answer = answers[index];
      return answer === "open" || answer === "closed" ? answer : "unknown";
    });
  } catch (error) {
    if (error instanceof Failure && error.kind === "missing") return paths.map(() => "unknown");
    throw error;
  }
}
