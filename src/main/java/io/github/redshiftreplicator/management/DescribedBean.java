package io.github.redshiftreplicator.management;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.ReflectionException;

/**
 * An MBean put together from described attributes and operations, whatever their names: {@code import} is no Java
 * method's. Every value is a String, a Long or a Boolean, so that any console can show it, and no attribute can be
 * set. Fill it before it is registered; thread-safe from then on.
 */
final class DescribedBean implements DynamicMBean {
    private record Member<T>(String type, String description, Supplier<T> value) {}

    private final String description;
    private final Map<String, Member<?>> attributes = new LinkedHashMap<>();
    private final Map<String, Member<String>> operations = new LinkedHashMap<>();

    DescribedBean(String description) {
        this.description = description;
    }

    DescribedBean text(String name, String text, Supplier<String> value) {
        attributes.put(name, new Member<>(String.class.getName(), text, value));
        return this;
    }

    DescribedBean number(String name, String text, Supplier<Long> value) {
        attributes.put(name, new Member<>(Long.class.getName(), text, value));
        return this;
    }

    DescribedBean flag(String name, String text, Supplier<Boolean> value) {
        attributes.put(name, new Member<>(Boolean.class.getName(), text, value));
        return this;
    }

    /** Adds an operation without parameters; what it throws reaches the caller as its message alone. */
    DescribedBean operation(String name, String text, Supplier<String> perform) {
        operations.put(name, new Member<>(String.class.getName(), text, perform));
        return this;
    }

    @Override
    public Object getAttribute(String name) throws AttributeNotFoundException, MBeanException {
        Member<?> attribute = attributes.get(name);
        if (attribute == null) {
            throw new AttributeNotFoundException("There is no attribute " + name + ".");
        }
        return value(attribute);
    }

    /** A remote caller need not have the class of what was thrown. */
    private static Object value(Member<?> member) throws MBeanException {
        try {
            return member.value().get();
        } catch (RuntimeException e) {
            String message = Message.of(e);
            throw new MBeanException(new IllegalStateException(message), message);
        }
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        AttributeList list = new AttributeList();
        for (String name : names) {
            try {
                list.add(new Attribute(name, getAttribute(name)));
            } catch (AttributeNotFoundException | MBeanException e) {
                // JMX leaves out what cannot be read
            }
        }
        return list;
    }

    @Override
    public Object invoke(String name, Object[] parameters, String[] signature)
            throws MBeanException, ReflectionException {
        Member<String> operation = operations.get(name);
        if (operation == null) {
            throw new ReflectionException(new NoSuchMethodException(name), "There is no operation " + name + ".");
        }
        return value(operation);
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " cannot be set.");
    }

    @Override
    public AttributeList setAttributes(AttributeList list) {
        return new AttributeList();
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        return new MBeanInfo(
                DescribedBean.class.getName(),
                description,
                attributes.entrySet().stream()
                        .map(e -> new MBeanAttributeInfo(
                                e.getKey(), e.getValue().type(), e.getValue().description(), true, false, false))
                        .toArray(MBeanAttributeInfo[]::new),
                null,
                operations.entrySet().stream()
                        .map(e -> new MBeanOperationInfo(
                                e.getKey(),
                                e.getValue().description(),
                                null,
                                String.class.getName(),
                                MBeanOperationInfo.ACTION))
                        .toArray(MBeanOperationInfo[]::new),
                null);
    }
}
