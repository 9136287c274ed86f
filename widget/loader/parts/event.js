// `glas('track', name, props)` with the properties that are asked for.
export default (fire, on, [{ e: tracked }], name, where) => {
  const look = ([told, props]) => {
    if (told === name && Object.entries(where || {}).every(([key, value]) => Object(props)[key] === value)) fire();
  };
  // What was told since the page was opened counts, too.
  tracked.forEach(look);
  on(document, 'glas:track', ({ detail }) => look(detail));
};
