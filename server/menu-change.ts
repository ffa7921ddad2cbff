import { evaluate } from "../conf/evaluate.ts";
import { Failure } from "../conf/failure.ts";
import { macSections } from "../conf/menu.ts";
import { findParameter } from "../conf/parameters.ts";
import type { Conf } from "../conf/syntax.ts";

/** Would `ltsp ipxe` make another menu of one ltsp.conf than of the other, for all clients or for one? */
export function menuDiffers(before: Conf, after: Conf): boolean {
  const macs = new Set([...macSections(before), ...macSections(after)]);
  return [undefined, ...macs].some((mac) => menuOf(before, mac) !== menuOf(after, mac));
}

/** What the menu is made of. An ltsp.conf that cannot be evaluated differs from any other. */
function menuOf(conf: Conf, mac: string | undefined): string | symbol {
  try {
    const settings = evaluate(conf, { side: "server", applet: "ipxe", ...(mac !== undefined && { mac }) });
    const values = [...settings.entries()].filter(
      ([name, value]) => value !== "" && findParameter(name)?.readers.includes("ipxe"),
    );
    return JSON.stringify(values.sort());
  } catch (error) {
    if (error instanceof Failure) return Symbol("unknown");
    throw error;
  }
}
