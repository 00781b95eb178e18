"""Line-drawing widgets: a list, a form or a questionnaire is one widget, because trees of widgets are slow."""
