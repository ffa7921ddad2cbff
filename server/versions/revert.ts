import { Failure } from "../../conf/failure.ts";
import { withLock } from "../lock.ts";
import type { MadeImagePlace } from "../names.ts";
import type { Report } from "../options.ts";
import { publish, requireOwnImage } from "./publish.ts";
import { currentId, isMade, previousId, versionIds, versionNamed, versionsOf } from "./versions.ts";

/**
 * `ltsp image --revert[=VERSION] NAME`: clients boot that version from now on, or without one the version before the
 * current one, with its kernel and modules.
 */
export async function revert(place: MadeImagePlace, id: string | undefined): Promise<Report> {
  if (versionIds(place).length === 0)
    throw new Failure(
      "missing",
      `image ${place.name}`,
      "it has no versions",
      `Make one: ltsp image ${place.name}`,
    );
  return withLock(place.lock, `image ${place.name}`, async () => {
    const before = currentId(place);
    const version = versionNamed(place, id ?? idBefore(place, before));
    if (!isMade(version)) throw version.manifest;
    requireOwnImage(place);
    publish(place, version);
    const { kernel } = version.manifest;
    return {
      lines: [
        `${place.image}: version ${version.id}, kernel ${kernel}${before === version.id ? ", as before" : `; it was ${before}`}`,
        "Clients boot it from now on; those that are on go on with what they have.",
      ],
      data: { image: place.name, version: version.id, kernel, before },
    };
  });
}

function idBefore(place: MadeImagePlace, current: string | undefined): string {
  const ids = versionIds(place);
  const previous = previousId(place, versionsOf(place), current ?? "");
  const inOrder = previous === undefined ? ids : [...ids, previous];
  const older = inOrder.findLast((id) => current !== undefined && id < current);
  if (older !== undefined) return older;
  throw new Failure(
    "missing",
    `image ${place.name}`,
    `it has no version before ${current ?? "this one"}`,
    `Name one with --revert=VERSION. These are there: ${ids.join(", ")}`,
  );
}
