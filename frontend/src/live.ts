// Keeps an open page true: asks once a second whether the data has changed, and has the figures brought
// anew when it has. The answer is an empty 304 while nothing changes; a hidden page asks nothing.
const EVERY = 1000, PATIENCE = 15_000;

export function watchData(): void {
  let wait = EVERY;
  let timer = 0;

  const next = (): void => {
    window.clearTimeout(timer);
    if (!document.hidden) timer = window.setTimeout(() => void ask(), wait);
  };

  const ask = async (): Promise<void> => {
    const place = document.querySelector<HTMLElement>("[data-live]");
    if (place) {
      try {
        const answer = await fetch(place.dataset.live ?? "", {
          cache: "no-store", headers: { "If-None-Match": `"${place.dataset.version ?? ""}"` },
        });
        if (answer.ok) await changed(place, answer);
        wait = answer.ok || answer.status === 304 ? EVERY : Math.min(wait * 2, PATIENCE);
      } catch {
        wait = Math.min(wait * 2, PATIENCE);
      }
    }
    next();
  };

  document.addEventListener("visibilitychange", () => { if (document.hidden) next(); else void ask(); });
  next();
}

async function changed(place: HTMLElement, answer: Response): Promise<void> {
  const { data_version } = (await answer.json()) as { data_version: number };
  if (String(data_version) === place.dataset.version) return;
  place.dataset.version = String(data_version);
  document.body.dispatchEvent(new Event("new-figures"));
}
