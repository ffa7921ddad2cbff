import { mkdirSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { xorg } from "../../../client/xorg.ts";
import { clientWith, fileOf } from "./client.ts";

const image = {
  "usr/lib/xorg/Xorg": "",
  "usr/lib/xorg/modules/drivers/modesetting_drv.so": "",
};
const file = "etc/X11/xorg.conf";
const own = { ...image, [file]: "the image's own\n" };

function confOf(text: string, files: Record<string, string> = image) {
  const client = clientWith(`[clients]\n${text}`, files);
  xorg(client);
  return { client, warnings: client.warnings, conf: () => fileOf(client, file) };
}

test("without an X_ parameter the image's xorg.conf stays", () => {
  expect(confOf("", own).conf()).toBe("the image's own\n");
});

test("every parameter stands in its section", () => {
  const { conf, warnings } = confOf(`
    X_DRIVER=modesetting
    X_HORIZSYNC="28.0-87.0"
    X_VERTREFRESH="43,50 60-87"
    X_MODELINE='Modeline "1000x600_60" 49.00  1000 1048 1152 1304  600 603 613 624 -hsync +vsync'
    X_PREFERREDMODE='"1024x768"'
    X_MODES='"1024x768" 800x600'
    X_VIRTUAL="1280  1024"`);
  expect(warnings).toEqual([]);
  expect(conf()).toContain('Section "Device"\n\tIdentifier "ltsp"\n\tDriver "modesetting"\nEndSection\n');
  expect(conf()).toContain(
    [
      'Section "Monitor"',
      '\tIdentifier "ltsp"',
      "\tHorizSync 28.0-87.0",
      "\tVertRefresh 43, 50, 60-87",
      '\tModeLine "1000x600_60" 49.00 1000 1048 1152 1304 600 603 613 624 -hsync +vsync',
      '\tOption "PreferredMode" "1024x768"',
      "EndSection",
    ].join("\n"),
  );
  expect(conf()).toContain(
    [
      '\tMonitor "ltsp"',
      '\tSubSection "Display"',
      '\t\tModes "1024x768" "800x600"',
      "\t\tVirtual 1280 1024",
      "\tEndSubSection",
    ].join("\n"),
  );
});

test("sections that nothing is said for are left out", () => {
  expect(confOf("X_DRIVER=modesetting").conf()).not.toMatch(/"(Monitor|Screen)"/);
  expect(confOf('X_MODES="800x600"').conf()).not.toContain("Monitor");
});

test("X_CONF is the client's xorg.conf, through symlinks that are the root's", () => {
  const client = clientWith('[clients]\nX_CONF="/etc/ltsp/xorg.conf "', {
    ...image,
    "srv/nvidia.conf": "# mine\n",
  });
  mkdirSync(`${client.root}/etc/ltsp`, { recursive: true });
  symlinkSync("/srv/nvidia.conf", `${client.root}/etc/ltsp/xorg.conf`);
  xorg(client);
  expect(client.warnings).toEqual([]);
  expect(fileOf(client, file)).toBe("# mine\n");
});

test("X_CONF wins over the others, which is said", () => {
  const files = { ...image, "etc/ltsp/xorg.conf": "# mine\n" };
  const { conf, warnings } = confOf("X_CONF=/etc/ltsp/xorg.conf\nX_MODES=800x600", files);
  expect(conf()).toBe("# mine\n");
  expect(warnings.join()).toContain("ltsp.conf:3:1: X_MODES is ignored, since X_CONF=/etc/ltsp/xorg.conf");
});

test.each(["/etc/ltsp/none.conf", "/etc/ltsp", `/${file}/x`])(
  "X_CONF=%s, no file: the image's stays",
  (path) => {
    const { conf, warnings } = confOf(`X_CONF=${path}`, { ...own, "etc/ltsp/ltsp.conf": "" });
    expect(conf()).toBe("the image's own\n");
    expect(warnings).toEqual([
      `ltsp.conf:2:1: the client has no file ${path}. Put it into /etc/ltsp on the server, then run there: ltsp initrd`,
    ]);
  },
);

test("a driver that the image has not is left out: X would not start", () => {
  const { conf, warnings } = confOf('X_DRIVER=nvidia\nX_MODES="800x600"');
  expect(conf()).not.toContain("Driver");
  expect(conf()).toContain("800x600");
  expect(warnings.join()).toContain("ltsp.conf:2:1: the image has no driver nvidia for X");
});

test("a value that makes no sense is left out, the rest holds", () => {
  const { conf, warnings } = confOf("X_VIRTUAL=1024x768\nX_HORIZSYNC=30-80");
  expect(conf()).not.toContain("Virtual");
  expect(conf()).toContain("HorizSync 30-80");
  expect(warnings.join()).toContain("ltsp.conf:2:1: X_VIRTUAL is left out: a space stands between the two");
});

test("an image without X: one warning, no file", () => {
  const { conf, warnings } = confOf("X_MODES=800x600\nX_VIRTUAL='800 600'", {});
  expect(warnings).toEqual([
    "ltsp.conf:2:1: the image has no Xorg, which this is for. Install xserver-xorg in it.",
  ]);
  expect(conf).toThrow("ENOENT");
});
