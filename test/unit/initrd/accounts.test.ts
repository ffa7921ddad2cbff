import { expect, test } from "vitest";
import { regularAccounts } from "../../../initrd/accounts.ts";

test("people and their groups are taken along; hashes, system users and nobody are not", () => {
  const { passwd, group } = regularAccounts(
    "root:x:0:0::/root:/bin/sh\nann:$6$secret:1000:1000:Ann:/home/ann:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n",
    "root:x:0:\nsudo:!:27:ann,backup\nann:x:1000:\naudio:x:29:pulse\n",
  );
  expect(passwd).toBe("ann:x:1000:1000:Ann:/home/ann:/bin/bash\n");
  expect(group).toBe("sudo:x:27:ann\nann:x:1000:\n");
});
