import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../conf/failure.ts";
import { manualPage, renewed } from "./manual-page.ts";
import { repo } from "./paths.ts";
import { script } from "./script.ts";

await script("docs", async () => {
  const path = join(repo, manualPage);
  const page = renewed(readFileSync(path, "utf8"));
  if (page === undefined) {
    throw new Failure(
      "invalid",
      manualPage,
      "the comments around its generated part are gone",
      "Put them back.",
    );
  }
  writeFileSync(path, page);
  process.stdout.write(`${manualPage}: its parameters are those of conf/parameters/\n`);
});
