import type { Diagnostic } from "../diagnostic.ts";
import { findParameter } from "../parameters.ts";
import { functionName } from "../section-name.ts";
import { type Context, error, isHook, type Rule, warning } from "./context.ts";

/** Hooks that call a section that is not there or holds no code, and sections with code that nobody calls. */
export const hooks: Rule = function* (context: Context) {
  yield* calls(context);
  yield* uncalled(context);
};

function* calls({ assignments, index, suggest, conf: { source } }: Context): Iterable<Diagnostic> {
  const titles = new Set(index.sections.map(({ title }) => functionName(title.toLowerCase())));
  for (const { name, valueOffset, end } of assignments) {
    if (!isHook(name)) continue;
    for (const match of source.text.slice(valueOffset, end).matchAll(/\bsection_\w+/g)) {
      const [called] = match;
      if (index.functions.has(called)) continue;
      const offset = valueOffset + match.index;
      if (titles.has(called.toLowerCase())) {
        const remedy = "Take settings in with INCLUDE; hooks call sections that hold shell code.";
        yield warning(offset, `${called} is no function: that section holds settings`, remedy);
        continue;
      }
      const meant = suggest(called, index.functions.keys());
      const remedy =
        meant === undefined
          ? `Write a section [${called.slice(8)}] with the code.`
          : `Did you mean ${meant}?`;
      yield warning(offset, `there is no section with code that ${called} would be`, remedy);
    }
  }
}

function* uncalled({ index, included, conf: { source } }: Context): Iterable<Diagnostic> {
  const called = new Set(Array.from(source.text.matchAll(/\bsection_\w+/g), ([name]) => name));
  for (const { title, code, titleOffset, assignments } of index.sections) {
    if (code === undefined || included.has(title.toLowerCase())) continue;
    const functions = title.split("|").map((name) => functionName(name.trim()));
    if (functions.some((name) => called.has(name) || called.has(name.toLowerCase()))) continue;
    // One wrong line among settings makes them code, as far as anybody can tell.
    if (assignments.some(({ name }) => findParameter(name) !== undefined))
      yield error(code.offset, code.why, code.remedy);
    yield warning(
      titleOffset,
      `[${title}] holds shell code that no hook calls`,
      `Let one call it: POST_INIT_X="${functions[0]}".`,
    );
  }
}
