/** An element of an XML document: its children by name, or its text. */
export interface Xml {
  readonly text: string;
  all(name: string): readonly Xml[];
  /** The text of the first child of that name; empty if there is none. */
  of(name: string): string;
}

const TAG = /<(\/?)([\w:]+)[^>]*?(\/?)>/g;

interface Open {
  readonly name: string;
  readonly children: Map<string, Xml[]>;
  text: string;
}

/** Parses XML as EC2 and CloudWatch answer it: elements and text. Attributes, comments and declarations are passed over. */
export function parseXml(document: string): Xml {
  const stack: Open[] = [{ name: '', children: new Map(), text: '' }];
  let from = 0;
  for (const [tag, isEnd, name = '', isEmpty] of document.matchAll(TAG)) {
    const at = document.indexOf(tag, from);
    const top = stack.at(-1);
    if (top) top.text += document.slice(from, at);
    from = at + tag.length;
    if (!isEnd) stack.push({ name, children: new Map(), text: '' });
    if (isEnd || isEmpty) close(stack);
  }
  const [root] = stack;
  return toXml(root ?? { name: '', children: new Map(), text: '' });
}

function close(stack: Open[]): void {
  const ended = stack.pop();
  const parent = stack.at(-1);
  if (ended === undefined || parent === undefined) return;
  parent.children.set(ended.name, [...(parent.children.get(ended.name) ?? []), toXml(ended)]);
}

function toXml({ children, text }: Open): Xml {
  const all = (name: string): readonly Xml[] => children.get(name) ?? [];
  return { text: text.trim(), all, of: name => all(name)[0]?.text ?? '' };
}
