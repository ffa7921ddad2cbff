import { describe, expect, test } from "vitest";
import { displayManager } from "../../client/display-manager.ts";
import { machineId } from "../../client/machine-id.ts";
import { suites } from "../../qemu/roots.ts";
import { debianClient } from "./root.ts";
import { openScreen } from "./screen.ts";

// Without lightdm, which nothing that SLICK_CONF sets goes through: the program has a mode for that.
describe.each(suites)("%s", (suite) => {
  test("SLICK_CONF: slick-greeter has the background that it says", async () => {
    const client = debianClient(suite, '[clients]\nSLICK_CONF="background=#12e456\ndraw-grid=false"\n');
    displayManager(client);
    expect(client.warnings).toEqual([]);
    // Where it keeps its settings there is D-Bus, which wants one.
    machineId(client);
    const screen = await openScreen();
    const env = ["env", `DISPLAY=${screen.display}`, "HOME=/var/lib/lightdm"];
    const asLightdm = ["runuser", "-u", "lightdm", "--"];
    client.start(...asLightdm, ...env, "dbus-run-session", "--", "slick-greeter", "--test-mode");
    await expect.poll(screen.colour, { timeout: 30_000 }).toBe("#12e456");
  });
});
