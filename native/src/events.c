/* libyaml's events, and what they have in common for all that reads them. */
#include "events.h"

int open_events(Events *events, PyObject *text)
{
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(text, &size);
    if (bytes == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
            return FAILED;
        PyErr_Clear(); /* a lone surrogate */
        return UNUSUAL;
    }
    if (!yaml_parser_initialize(&events->parser)) {
        PyErr_NoMemory();
        return FAILED;
    }
    events->is_open = 1;
    yaml_parser_set_input_string(&events->parser, (const unsigned char *)bytes, (size_t)size);
    return DONE;
}

void close_events(Events *events)
{
    if (events->has_event)
        yaml_event_delete(&events->event);
    if (events->is_open)
        yaml_parser_delete(&events->parser);
}

int next_event(Events *events)
{
    if (events->has_event)
        yaml_event_delete(&events->event);
    events->has_event = yaml_parser_parse(&events->parser, &events->event);
    return events->has_event ? DONE : UNUSUAL;
}

int first_event(Events *events)
{
    if (next_event(events) != DONE || events->event.type != YAML_STREAM_START_EVENT)
        return UNUSUAL;
    if (next_event(events) != DONE || events->event.type != YAML_DOCUMENT_START_EVENT)
        return UNUSUAL;
    if (next_event(events) != DONE || events->event.type == YAML_SCALAR_EVENT)
        return UNUSUAL;
    return DONE;
}

int raised(Events *events)
{
    if (!PyErr_ExceptionMatches(events->unusual))
        return FAILED;
    PyErr_Clear();
    return UNUSUAL;
}

int scalar_key(Events *events, PyObject **key)
{
    const yaml_event_t *event = &events->event;
    *key = PyUnicode_FromStringAndSize(
        (const char *)event->data.scalar.value, (Py_ssize_t)event->data.scalar.length);
    if (*key == NULL)
        return FAILED;
    PyObject *known = PyDict_GetItemWithError(events->known_keys, *key);
    if (known != NULL) {
        Py_INCREF(known);
    } else {
        if (PyErr_Occurred())
            return FAILED;
        if (!event->data.scalar.plain_implicit)
            return DONE;
        known = PyObject_CallFunctionObjArgs(events->text_key, *key, NULL);
        if (known == NULL)
            return raised(events);
    }
    replace(key, known);
    return DONE;
}

int is_bare(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor == NULL && event->data.scalar.tag == NULL;
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor == NULL && event->data.mapping_start.tag == NULL;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor == NULL && event->data.sequence_start.tag == NULL;
    default:
        return 0;
    }
}

int has_flow_style(const yaml_event_t *event)
{
    return event->type == YAML_MAPPING_START_EVENT
        ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
        : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
}

Place place_of(yaml_mark_t mark)
{
    return (Place){mark.line, mark.column};
}

PyObject *range(Place start, Place end)
{
    PyObject *numbers[4] = {
        PyLong_FromSize_t(start.line), PyLong_FromSize_t(start.column),
        PyLong_FromSize_t(end.line), PyLong_FromSize_t(end.column)};
    PyObject *result = PyTuple_New(4);
    int complete = result != NULL;
    for (int index = 0; index < 4; index++) {
        complete = complete && numbers[index] != NULL;
        if (result != NULL)
            PyTuple_SetItem(result, index, numbers[index]); /* takes the reference, NULL too */
        else
            Py_XDECREF(numbers[index]);
    }
    if (!complete)
        Py_CLEAR(result);
    return result;
}

void replace(PyObject **slot, PyObject *object)
{
    PyObject *before = *slot;
    *slot = object;
    Py_XDECREF(before);
}
