// A card as a PNG: a chart gives its own picture, what the server drew is copied as it looks and
// painted through an SVG, which the page's security policy allows as a picture.
const SCALE = 2;
const LEFT_OUT = "footer, .plot > .canvas, button";

export async function save(place: HTMLElement, name: string): Promise<void> {
  const plot = place.matches("[data-chart]") ? place : place.querySelector<HTMLElement>("[data-chart]");
  const address = plot ? (await import("./draw")).imageOf(plot) : await painted(place);
  if (!address) return;
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name}.png`;
  link.click();
}

async function painted(place: HTMLElement): Promise<string> {
  const { width, height } = place.getBoundingClientRect();
  const copy = copied(place) as HTMLElement;
  copy.setAttribute("xmlns", "http://www.w3.org/1999/xhtml");
  copy.style.margin = "0";
  const markup = new XMLSerializer().serializeToString(copy);
  const hatches = document.querySelector("svg.defs defs");
  const defs = hatches ? new XMLSerializer().serializeToString(copied(hatches)) : "";
  const source = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${defs}<foreignObject width="100%" height="100%">${markup}</foreignObject></svg>`;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  const pen = canvas.getContext("2d");
  if (!pen) return "";
  pen.scale(SCALE, SCALE);
  pen.drawImage(image, 0, 0);
  return canvas.toDataURL("image/png");
}

/** The element with every style it has come to, so that it looks alike without the page's sheets. */
function copied(element: Element): Element {
  const copy = element.cloneNode(false) as Element;
  const styles = getComputedStyle(element);
  if (copy instanceof HTMLElement || copy instanceof SVGElement) {
    for (const name of styles) copy.style.setProperty(name, styles.getPropertyValue(name).replace(/url\("[^"#]*#/g, 'url("#'));
  }
  for (const child of element.childNodes) {
    if (child instanceof Element) {
      if (!child.matches(LEFT_OUT)) copy.append(copied(child));
    } else if (child.nodeType === Node.TEXT_NODE) {
      copy.append(child.cloneNode());
    }
  }
  return copy;
}
