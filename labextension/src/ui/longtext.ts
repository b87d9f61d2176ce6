/** A text that is too long to be drawn at once, in the pieces that are drawn. */
export interface IFolded {
  readonly head: string;
  readonly tail: string;
  /** How many lines the whole text has. */
  readonly lines: number;
}

/** More than anybody reads at a glance, and little to draw. */
const MAX_LINES = 400;
const MAX_CHARACTERS = 50_000;
const HEAD_LINES = 100;
const TAIL_LINES = 30;
/** So much of a text is drawn in one piece, even where no line ends. */
const PIECE_LINES = 200;
const PIECE_CHARACTERS = 20_000;

/** The beginning and the end of a long text; null for one that is short enough. */
export function folded(text: string): IFolded | null {
  const lines = countLines(text);
  if (lines <= MAX_LINES && text.length <= MAX_CHARACTERS) {
    return null;
  }
  const head = text.slice(0, pieceEnd(text, 0, HEAD_LINES));
  const tail = text.slice(Math.max(head.length, tailStart(text)));
  return { head, tail, lines };
}

/** Where the pieces of a text begin and end; joined, they are the text. */
export function piecesOf(text: string): { start: number; end: number }[] {
  const pieces = [];
  let start = 0;
  while (start < text.length) {
    const end = pieceEnd(text, start, PIECE_LINES);
    pieces.push({ start, end });
    start = end;
  }
  return pieces;
}

export function countLines(text: string): number {
  let lines = text === '' || text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines += 1;
  }
  return lines;
}

function pieceEnd(text: string, start: number, lines: number): number {
  const most = Math.min(text.length, start + PIECE_CHARACTERS);
  let end = start;
  for (let count = 0; count < lines; count += 1) {
    const next = text.indexOf('\n', end) + 1;
    if (next === 0 || next > most) {
      // The text ends here, or a line is too long: it is cut, though in no character.
      return end > start && next > 0 ? end : betweenCharacters(text, most);
    }
    end = next;
  }
  return end;
}

function tailStart(text: string): number {
  const least = text.length - PIECE_CHARACTERS;
  let start = text.length;
  for (let count = 0; count < TAIL_LINES; count += 1) {
    const before = text.lastIndexOf('\n', start - 2) + 1;
    if (before < least || start === 0) {
      return start < text.length ? start : betweenCharacters(text, least);
    }
    start = before;
  }
  return start;
}

/** The same place, or the one before where it would cut a character in two. */
function betweenCharacters(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
