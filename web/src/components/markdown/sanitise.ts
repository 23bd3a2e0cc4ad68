import createPurifier from "dompurify";
import { FORMULA, FORMULA_BLOCK } from "./parse";

/** Address of each file that the text may show, by the name it has in the text. */
export type MediaAddresses = Readonly<Record<string, string>>;

const TAGS = [
  ..."a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li".split(
    " ",
  ),
  ..."mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var".split(
    " ",
  ),
];
const ATTRIBUTES = ["href", "src", "alt", "title", "start", "colspan", "rowspan", "align", "open", "class"];
const OWN_CLASSES = new Set([FORMULA, FORMULA_BLOCK]);
const SAFE_IMAGE = /^data:image\/(?:png|jpeg|gif|webp)[;,]/i;
const SAFE_LINK = /^(?:https?:\/\/|mailto:)/i;

const purifier = createPurifier(window);

/**
 * HTML made from customer text as nodes that are safe to show: a closed list of elements, links to the web only,
 * pictures only from `media` or out of the text itself. Nothing in it has an id, a name or a style.
 */
export function sanitised(html: string, media: MediaAddresses): DocumentFragment {
  const fragment = purifier.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    // Addresses without a scheme stay for pictures, which are looked up below; links are checked there too.
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/(?:png|jpeg|gif|webp)[;,]|[^:]*$)/i,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const element of fragment.querySelectorAll("[class]")) keepOwnClasses(element);
  for (const image of fragment.querySelectorAll("img")) settleImage(image, media);
  for (const link of fragment.querySelectorAll("a")) settleLink(link);
  return fragment;
}

/** MathML that KaTeX made: without styles, which the page's policy forbids, and without links. */
export function sanitisedFormula(markup: string): DocumentFragment {
  return purifier.sanitize(markup, {
    USE_PROFILES: { mathMl: true },
    ADD_TAGS: ["semantics", "annotation"],
    FORBID_ATTR: ["style", "href", "id", "class"],
    RETURN_DOM_FRAGMENT: true,
  });
}

function keepOwnClasses(element: Element): void {
  const kept = [...element.classList].filter((name) => OWN_CLASSES.has(name));
  if (kept.length > 0 && element.tagName === "CODE") element.className = kept.join(" ");
  else element.removeAttribute("class");
}

function settleImage(image: HTMLImageElement, media: MediaAddresses): void {
  const source = image.getAttribute("src") ?? "";
  const address = Object.hasOwn(media, source) ? media[source] : SAFE_IMAGE.test(source) ? source : undefined;
  if (address !== undefined) {
    image.setAttribute("src", address);
    image.setAttribute("loading", "lazy");
    image.setAttribute("referrerpolicy", "no-referrer");
    return;
  }
  const said = image.getAttribute("alt") ?? "";
  image.replaceWith(`🖼 ${[said, source.slice(0, 200)].filter((part) => part !== "").join(" – ")}`);
}

function settleLink(link: HTMLAnchorElement): void {
  const address = link.getAttribute("href") ?? "";
  if (!SAFE_LINK.test(address)) {
    link.removeAttribute("href");
    return;
  }
  link.setAttribute("rel", "noopener noreferrer nofollow");
  link.setAttribute("target", "_blank");
  link.setAttribute("title", address);
  const host = hostOf(address);
  if (host !== "" && !(link.textContent ?? "").includes(host)) link.append(` (${host})`);
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return "";
  }
}
