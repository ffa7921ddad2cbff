import { devicePaths, driver, file, flag, mode, modeline, modes, ranges, size } from "../parameter-types.ts";
import type { Row } from "./row.ts";

const readers = ["init"];
const planned = true;

/** Screens, and seats of one PC. */
export const screens: Row[] = [
  {
    name: "MULTISEAT",
    type: flag,
    default: "0",
    readers,
    planned,
    help: "Split two graphics cards and the USB ports into two seats.",
    example: "MULTISEAT=1",
  },
  {
    name: "UDEV_SEAT_n_x",
    type: devicePaths,
    readers,
    planned,
    help: "The devices whose path matches belong to seat n.",
    example: 'UDEV_SEAT_1_SOUND="*/sound/card1*"',
  },
  {
    name: "X_CONF",
    type: file,
    readers,
    planned,
    help: "This file is the client's /etc/X11/xorg.conf.",
    example: "X_CONF=/etc/ltsp/xorg-nvidia.conf",
  },
  {
    name: "X_DRIVER",
    type: driver,
    readers,
    planned,
    help: "The driver of the graphics card.",
    example: "X_DRIVER=modesetting",
  },
  {
    name: "X_HORIZSYNC",
    type: ranges,
    readers,
    planned,
    help: "The screen's horizontal frequencies, in kHz.",
    example: 'X_HORIZSYNC="28.0-87.0"',
  },
  {
    name: "X_MODELINE",
    type: modeline,
    readers,
    planned,
    help: "A mode that the screen does not announce.",
    example: `X_MODELINE='"1024x768_60.00" 63.50 1024 1072 1176 1328 768 771 775 798 -hsync +vsync'`,
  },
  {
    name: "X_MODES",
    type: modes,
    readers,
    planned,
    help: "The modes to use, the default one first.",
    example: `X_MODES='"1024x768" "800x600"'`,
  },
  {
    name: "X_PREFERREDMODE",
    type: mode,
    readers,
    planned,
    help: "The mode to start with.",
    example: "X_PREFERREDMODE=1024x768",
  },
  {
    name: "X_VERTREFRESH",
    type: ranges,
    readers,
    planned,
    help: "The screen's vertical frequencies, in Hz.",
    example: 'X_VERTREFRESH="43.0-87.0"',
  },
  {
    name: "X_VIRTUAL",
    type: size,
    readers,
    planned,
    help: "The size of the desktop, which may be larger than the screen.",
    example: 'X_VIRTUAL="1024 768"',
  },
];
