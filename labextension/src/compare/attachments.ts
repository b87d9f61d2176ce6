import { Panel, Widget } from '@lumino/widgets';
import { element } from '../ui/elements';
import { formatSize } from '../ui/sizes';
import { IDrawing, sides } from './drawing';
import { drawFields, nameOf } from './fields';
import { isObject, IPart, textOf, valueIn } from './model';
import { jsonView } from './texts';

/** The attachments that were added, removed or replaced, each beside what it was. */
export function drawAttachmentsPart(part: IPart, drawing: IDrawing): Widget {
  const { before = {}, after = {} } = part;
  if (!isObject(before) || !isObject(after)) {
    return drawFields([part], drawing);
  }
  const drawn = new Panel();
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of [...names].sort()) {
    const [old, now] = [before, after].map(all => valueIn(all, name));
    if (!sameJSON(old, now)) {
      const isSeen = !sameJSON(picturesIn(old), picturesIn(now));
      const [left, right] = [old, now].map(bundle =>
        bundle === undefined ? null : attachment(name, bundle)
      );
      drawn.addWidget(
        isSeen || !left || !right
          ? sides(left, right)
          : drawFields(
              [{ key: name, before: old, after: now, diff: null }],
              drawing
            )
      );
    }
  }
  return drawn;
}

/** All attachments of a cell that is shown alone. */
export function drawAttachments(
  attachments: unknown,
  drawing: IDrawing
): Widget {
  if (!isObject(attachments)) {
    return jsonView(attachments, nameOf('attachments', drawing.trans), drawing);
  }
  const drawn = new Panel();
  for (const [name, bundle] of Object.entries(attachments)) {
    drawn.addWidget(attachment(name, bundle));
  }
  return drawn;
}

function attachment(name: string, bundle: unknown): Widget {
  const node = element('figure', 'bs-Diff-attachment');
  const facts = [name, ...(isObject(bundle) ? [] : [textOf(bundle)])];
  for (const [mimeType, value] of Object.entries(
    isObject(bundle) ? bundle : {}
  )) {
    const data = textOf(value);
    facts.push(mimeType, formatSize(sizeOf(mimeType, data)));
    if (mimeType.startsWith('image/')) {
      const image = element('img', '');
      image.alt = name;
      image.src = urlOf(mimeType, data);
      node.append(image);
    }
  }
  node.append(element('figcaption', '', facts.join(' · ')));
  return new Widget({ node });
}

/** What is seen of an attachment; where that is the same, its data differ elsewhere. */
function picturesIn(bundle: unknown): [string, unknown][] {
  return Object.entries(isObject(bundle) ? bundle : {}).filter(([mimeType]) =>
    mimeType.startsWith('image/')
  );
}

function sameJSON(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** An image's URL; as an image, SVG runs no script. */
function urlOf(mimeType: string, data: string): string {
  return isMarkup(data)
    ? `data:${mimeType},${encodeURIComponent(data)}`
    : `data:${mimeType};base64,${data.replace(/\s/g, '')}`;
}

function sizeOf(mimeType: string, data: string): number {
  return mimeType.startsWith('text/') || isMarkup(data)
    ? data.length
    : Math.floor((data.replace(/[\s=]/g, '').length * 3) / 4);
}

function isMarkup(data: string): boolean {
  return data.trimStart().startsWith('<');
}
