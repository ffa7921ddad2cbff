import type { Client } from "../../../qemu/client.ts";
import type { Suite } from "../../../qemu/roots.ts";
import type { Room } from "../room.ts";

/** What one area of ltsp.conf sets in the desktop client, and what that client must show for it. */
export interface DesktopCheck {
  /** Lines of its section. */
  conf: string;
  /** Whole sections, with their headers. */
  sections?: string;
  /** Asserts, on a client that is logged in as root on its console. */
  check(client: Client, suite: Suite, room: Room): Promise<void>;
}
