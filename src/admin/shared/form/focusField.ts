/** Goes to a field by its name in the form; to the nearest one around it where it has none of its own. */
export function focusField(name: string): void {
  const parts = name.split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const field = document.getElementById(`field-${parts.slice(0, length).join(".")}`);
    if (field === null) continue;
    field.scrollIntoView({ block: "center" });
    field.focus();
    return;
  }
}
