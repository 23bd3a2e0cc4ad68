"""The page that customers' HTML is shown in: of no origin, without anything of ours to reach.

The web app puts it into a sandboxed frame and sends it HTML by a message. Three fences, each enough by
itself: the page's only script takes out what acts (scripts, handlers, addresses), the policy lets nothing
run or load, and the sandbox gives the page an origin that is nobody's.
"""

from __future__ import annotations

import base64
import hashlib

_SCRIPT = """
const REMOVED = "script, meta, base, link, title, iframe, frame, object, embed, portal, template, noscript";
const ADDRESSES = [
  "src", "srcset", "href", "xlink:href", "poster", "background", "data", "action", "formaction",
];
const OWN = /^\\s*(data:image\\/(png|jpeg|gif|webp|avif|bmp)[;,]|blob:|#)/i;

function disarm(element) {
  for (const attribute of [...element.attributes]) {
    const name = attribute.name.toLowerCase();
    const leads = ADDRESSES.includes(name) && !OWN.test(attribute.value);
    if (name.startsWith("on") || name === "ping" || name === "autofocus" || leads) {
      element.removeAttribute(attribute.name);
    }
  }
  if (/^(animate|animatemotion|animatetransform|set)$/i.test(element.localName)) element.remove();
}

function show(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const element of parsed.querySelectorAll(REMOVED)) element.remove();
  for (const element of parsed.querySelectorAll("*")) disarm(element);
  document.body.replaceChildren(...parsed.head.querySelectorAll("style"), ...parsed.body.childNodes);
}

addEventListener("message", (event) => {
  if (event.source !== parent || event.origin !== location.origin) return;
  if (typeof event.data?.html === "string") show(event.data.html);
});
for (const act of ["click", "auxclick", "submit"]) {
  addEventListener(act, (event) => {
    if (act === "submit" || event.target.closest?.("a, area")) event.preventDefault();
  }, true);
}
new ResizeObserver(() => {
  parent.postMessage({ height: document.documentElement.offsetHeight }, location.origin);
}).observe(document.documentElement);
"""

_STYLE = """
:root { color-scheme: light; background: #fff; color: #111; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0; padding: 12px 16px; overflow-wrap: anywhere; display: flow-root; }
img, svg, table { max-width: 100%; }
"""

PAGE = f"""<!doctype html>
<html lang="">
<head><meta charset="utf-8"><title>HTML</title><style>{_STYLE}</style></head>
<body><script>{_SCRIPT}</script></body>
</html>
"""


def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    return "; ".join(
        (
            "sandbox allow-scripts",
            "default-src 'none'",
            "style-src 'unsafe-inline'",
            "img-src data: blob:",
            f"script-src 'sha256-{digest}'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )


HEADERS = {
    "content-security-policy": _policy(),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "public, max-age=3600",
}
"""The policy knows the page's one script by its hash; nothing else in the page can run."""
