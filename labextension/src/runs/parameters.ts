import type { TranslationBundle } from '@jupyterlab/translation';

export type Parameters = { readonly [name: string]: unknown };

/**
 * What somebody wrote, a `name = value` on each line: a value that is no JSON is a text.
 *
 * Throws an error that says which line is none.
 */
export function parametersIn(
  text: string,
  trans: TranslationBundle
): Parameters {
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
  return Object.fromEntries(lines.map(line => parameterIn(line, trans)));
}

function parameterIn(
  line: string,
  trans: TranslationBundle
): [string, unknown] {
  const at = line.indexOf('=');
  const name = line.slice(0, at).trim();
  if (at < 0 || name === '') {
    throw new Error(trans.__('“%1” is no parameter: name = value', line));
  }
  return [name, valueIn(line.slice(at + 1).trim())];
}

function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
