// Trigger: `glas('track', name, props)` with this name and, if `where` is given, these properties.
export default (fire, on, [{ trackedEvents }], name, where) => {
  const look = ([tracked, props]) => {
    if (tracked === name && Object.entries(where || {}).every(([key, value]) => Object(props)[key] === value)) fire();
  };
  // Events tracked earlier on this page count too.
  trackedEvents.forEach(look);
  on(document, 'glas:track', ({ detail }) => look(detail));
};
