import { image } from "../../../server/image.ts";
import { defaults } from "../../../server/options.ts";

/** `ltsp image` with a stand-in for the compiled ltsp, in a process of its own, to be killed. */
const [base = "", tftp = "", conf = "", binary = "", argument = "pc"] = process.argv.slice(2);
await image({ argument, binary }, { ...defaults, base, tftp, conf });
