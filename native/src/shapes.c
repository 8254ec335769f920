/* Whether a value looks like one of which nothing is to be said: linter/apiserver/shapes.py does the same in Python and is held equal by
 * tests/apiserver/test_native_walks.py.
 */
#include "objects.h"

/* The fields of linter.apiserver.shapes.Fields, and those of Entries: so they are told apart. */
enum { SHAPES, REQUIRED, CHOICE, SIZE_OF_FIELDS };
enum { SHAPE, DISTINCT, SIZE_OF_ENTRIES };

static int has_shape(PyObject *value, PyObject *shape);

static int has_fields(PyObject *value, PyObject *fields)
{
    PyObject *shapes = PyTuple_GetItem(fields, SHAPES), *required = PyTuple_GetItem(fields, REQUIRED);
    PyObject *choice = PyTuple_GetItem(fields, CHOICE), *name, *each;
    Py_ssize_t position = 0, chosen = 0;
    int result = 1;
    while (result == 1 && PyDict_Next(value, &position, &name, &each)) {
        PyObject *shape = PyDict_GetItemWithError(shapes, name);
        int is_chosen = shape == NULL ? 0 : PySet_Contains(choice, name);
        if (shape == NULL || is_chosen < 0)
            return PyErr_Occurred() ? -1 : 0; /* a field that nobody knows */
        chosen += is_chosen;
        result = has_shape(each, shape);
    }
    for (Py_ssize_t index = 0; result == 1 && index < PyTuple_Size(required); index++)
        result = PyDict_Contains(value, PyTuple_GetItem(required, index));
    return result == 1 && PySet_Size(choice) > 0 ? chosen == 1 : result;
}

/* Whether no two dicts of a list have a field with the same value. */
static int are_distinct(PyObject *list, PyObject *field)
{
    PyObject *seen = PySet_New(NULL);
    Py_ssize_t count = 0;
    int result = seen == NULL ? -1 : 1;
    for (Py_ssize_t index = 0; result == 1 && index < PyList_Size(list); index++) {
        PyObject *found = PyDict_GetItemWithError(PyList_GetItem(list, index), field);
        if (found == NULL ? PyErr_Occurred() != NULL : PySet_Add(seen, found) < 0)
            result = -1;
        count += found != NULL;
    }
    if (result == 1)
        result = PySet_Size(seen) == count;
    Py_XDECREF(seen);
    return result;
}

static int has_entries(PyObject *value, PyObject *entries)
{
    PyObject *shape = PyTuple_GetItem(entries, SHAPE), *distinct = PyTuple_GetItem(entries, DISTINCT);
    int result = PyList_Size(value) > 0;
    for (Py_ssize_t index = 0; result == 1 && index < PyList_Size(value); index++)
        result = has_shape(PyList_GetItem(value, index), shape);
    for (Py_ssize_t index = 0; result == 1 && index < PyTuple_Size(distinct); index++)
        result = are_distinct(value, PyTuple_GetItem(distinct, index));
    return result;
}

/* No deeper than the shape is. */
static int has_shape(PyObject *value, PyObject *shape)
{
    if (shape == Py_None)
        return 1;
    if (PyTuple_Check(shape) && PyTuple_Size(shape) == SIZE_OF_FIELDS)
        return PyDict_CheckExact(value) ? has_fields(value, shape) : 0;
    if (PyTuple_Check(shape))
        return PyList_CheckExact(value) ? has_entries(value, shape) : 0;
    if (!PyCallable_Check(shape))
        return PyUnicode_CheckExact(value) || PyLong_CheckExact(value) ? PySequence_Contains(shape, value) : 0;
    PyObject *faults = PyObject_CallFunctionObjArgs(shape, value, NULL);
    int result = faults == NULL ? -1 : PyObject_Not(faults);
    Py_XDECREF(faults);
    return result;
}

const char is_plain_doc[] = PyDoc_STR(
    "is_plain(value, shape)\n--\n\nTell whether a value has a shape of linter.apiserver.shapes.");

PyObject *is_plain(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *value, *shape;
    if (!PyArg_ParseTuple(args, "OO:is_plain", &value, &shape))
        return NULL;
    int result = has_shape(value, shape);
    return result < 0 ? NULL : PyBool_FromLong(result);
}
