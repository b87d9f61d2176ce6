/* Sends the clone request without leaving the page, so that what goes wrong is told in words.
   Without this script the form does the same. */
"use strict";

(() => {
  const form = document.getElementById("clone");
  const button = form.querySelector("button");
  const target = document.getElementById("target");
  const shownTarget = document.getElementById("shown-target");
  const outcome = document.getElementById("outcome");
  const label = button.textContent;

  // The server does not know where its reader is.
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    time.title = time.textContent;
    time.textContent = moment.toLocaleString([], { dateStyle: "long", timeStyle: "short" });
  }

  const tell = (kind, message, hint = "") => {
    outcome.className = `outcome ${kind}`;
    const lines = [message, hint].filter(Boolean).map((text) => {
      const line = document.createElement("p");
      line.textContent = text;
      return line;
    });
    outcome.replaceChildren(...lines);
  };

  const setRunning = (running) => {
    button.disabled = running;
    button.textContent = running ? "Cloning…" : label;
    form.setAttribute("aria-busy", String(running));
  };

  const wanted = () => {
    const all = [...form.querySelectorAll("[data-field]")];
    const fields = all.filter((field) => field.type !== "checkbox" || field.checked);
    return Object.fromEntries(fields.map((field) => [field.name, field.value]));
  };

  const send = async () => {
    const response = await fetch(form.dataset.apiUrl, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        "X-XSRFToken": form.elements._xsrf.value,
      },
      body: JSON.stringify(wanted()),
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok || !answer.open_url) {
      const fallback = `The server answered ${response.status}, and not in words.`;
      throw Object.assign(new Error(answer.message || fallback), { hint: answer.hint });
    }
    return answer;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    setRunning(true);
    tell("running", "Cloning…");
    try {
      const answer = await send();
      tell("done", `Saved as ${answer.path}.`);
      window.location.assign(answer.open_url);
    } catch (error) {
      const lost = error instanceof TypeError;
      tell(
        "failed",
        lost ? "The server could not be reached." : error.message,
        lost ? "Check your connection and try again." : error.hint,
      );
      setRunning(false);
    }
  });

  target.addEventListener("input", () => {
    shownTarget.textContent = target.value;
  });

  // Coming back with the browser's Back button finds the page as it was left.
  window.addEventListener("pageshow", () => {
    setRunning(false);
    outcome.replaceChildren();
    outcome.className = "outcome";
  });
})();
