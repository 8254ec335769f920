/* libyaml's events, and what they have in common for all that reads them: native/src/events.c. */
#ifndef PODPLAN_EVENTS_H
#define PODPLAN_EVENTS_H

#include "objects.h"
#include <yaml.h>

/* A place in the text, counting from 0, as libyaml's marks do. */
typedef struct {
    size_t line, column;
} Place;

enum { FAILED = -1, UNUSUAL = 0, DONE = 1 };

typedef struct {
    yaml_parser_t parser;
    yaml_event_t event;
    int is_open, has_event;
    /* Which keys are text: given by Python, so that there is one truth. Borrowed. */
    PyObject *known_keys; /* dict: keys that are known to be text */
    PyObject *text_key;   /* str -> str, for a key without quotes */
    PyObject *unusual;    /* the exception of whatever is called */
} Events;

/* Begin with a text, which has to outlive the events: UNUSUAL for one that no file can hold. */
int open_events(Events *events, PyObject *text);
void close_events(Events *events);
/* Get the next event: UNUSUAL for a text that libyaml does not parse. */
int next_event(Events *events);
/* Get the event with which the value of a document begins that is a mapping or a list. */
int first_event(Events *events);
/* An exception of a function of Python: unusual, if it is the one that says so. */
int raised(Events *events);
/* Make the key of the scalar event: *key is owned by the caller. */
int scalar_key(Events *events, PyObject **key);
/* Whether the event is a value of its own and what it says it is: no alias, no anchor, no tag. */
int is_bare(const yaml_event_t *event);
/* Whether a collection begins in the flow style: `[a, b]`. */
int has_flow_style(const yaml_event_t *event);

Place place_of(yaml_mark_t mark);
/* (line, column, end line, end column) */
PyObject *range(Place start, Place end);
/* Put another object where one was. Takes over the reference. */
void replace(PyObject **slot, PyObject *object);

extern const char locate_doc[];
PyObject *locate(PyObject *module, PyObject *args);

#endif
