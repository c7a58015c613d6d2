import type { ReactNode } from "react";
import { useTexts } from "../../../../texts/texts.ts";
import { SECTIONS, type Section } from "../sections.ts";
import classes from "../RulesetEditor.module.css";
import { Cardholder } from "./Cardholder.tsx";
import { Criteria } from "./Criteria.tsx";
import { General } from "./General.tsx";
import { Guests } from "./Guests.tsx";
import { Offline } from "./Offline.tsx";
import { Places } from "./Places.tsx";
import { Spend } from "./Spend.tsx";
import { Usage } from "./Usage.tsx";
import { Verification } from "./Verification.tsx";

import type { SectionProps } from "./sectionProps.ts";

export function Sections(props: SectionProps) {
  const { rulesetFields } = useTexts();
  const parts: Readonly<Record<Section, ReactNode>> = {
    general: <General {...props} />,
    criteria: <Criteria {...props} />,
    usage: <Usage {...props} />,
    places: <Places {...props} />,
    cardholder: <Cardholder {...props} />,
    guests: <Guests {...props} />,
    spend: <Spend {...props} />,
    verification: <Verification {...props} />,
    offline: <Offline {...props} />,
  };
  return SECTIONS.map((section, index) => (
    <section key={section} className={classes["section"]} aria-labelledby={`section-${section}`}>
      <h2 id={`section-${section}`} tabIndex={-1}>
        {`${String(index + 1)} ${rulesetFields.sections[section]}`}
      </h2>
      {parts[section]}
    </section>
  ));
}
