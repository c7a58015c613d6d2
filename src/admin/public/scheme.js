// Before anything is painted: the colour scheme that this person chose here, or else the system's.
(() => {
  const chosen = localStorage.getItem("admittance.scheme");
  const dark =
    chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
})();
